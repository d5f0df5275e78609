/** Fetching of announced icons: revalidated, bounded, and never a reason to fail. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createIconCache } from '../../client/icon-cache.ts'

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/icon.png`
}

test('RFC 9110 §13.1.2: an icon that is known is only asked whether it changed', async (t) => {
  const asked: (string | undefined)[] = []
  const url = await serve(t, (request, response) => {
    asked.push(request.headers['if-none-match'])
    const same = request.headers['if-none-match'] === '"one"'
    response.writeHead(same ? 304 : 200, { ETag: '"one"', 'Content-Type': 'image/png; x=y' })
    response.end(same ? undefined : 'image')
  })
  const icons = createIconCache()
  const first = await icons.get(url)
  assert.deepEqual([first?.etag, first?.type, first?.bytes], ['"one"', 'image/png', 5])
  assert.deepEqual(await icons.get(url), first)
  assert.deepEqual(asked, [undefined, '"one"'])
})

test('an icon that has gone is forgotten', async (t) => {
  let gone = false
  const url = await serve(t, (_request, response) => {
    response.writeHead(gone ? 404 : 200, { ETag: '"one"', 'Content-Type': 'image/png' })
    response.end('image')
  })
  const icons = createIconCache()
  assert.ok(await icons.get(url))
  gone = true
  assert.equal(await icons.get(url), undefined)
})

test('a server that never ends, sends too much or is not there costs only so much time', async (t) => {
  const icons = createIconCache({ timeoutMs: 200 })
  const silent = await serve(t, () => undefined)
  const endless = await serve(t, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'image/png' })
    const more = () => {
      if (!response.destroyed) response.write(Buffer.alloc(256 * 1024), more)
    }
    more()
  })
  for (const url of [silent, endless, 'http://127.0.0.1:1/', 'file:///etc/passwd', 'nonsense']) {
    assert.equal(await icons.get(url), undefined, url)
  }
})

test('OMA pres-content: XML that carries the image gives the image', async (t) => {
  const url = await serve(t, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/vnd.oma.pres-content+xml' })
    response.end(
      '<content xmlns="urn:oma:xml:prs:pres-content"><mime-type>image/png</mime-type>' +
        '<encoding>base64</encoding><data>aW1hZ2U=</data></content>',
    )
  })
  const icon = await createIconCache().get(url)
  assert.equal(icon?.type, 'application/vnd.oma.pres-content+xml')
  assert.equal(icon.image?.mediaType, 'image/png')
  assert.equal(new TextDecoder().decode(icon.image.bytes), 'image')
})
