/** Fetching of announced icons: revalidated, bounded, and never a reason to fail. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createIconCache } from '../../client/icon-cache.ts'
import { createManualClock } from '../support/manual-clock.ts'

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

test('RFC 9111 §4.2: what is fresh is asked for no more, what has become stale is', async (t) => {
  const asked: (string | undefined)[] = []
  const url = await serve(t, (request, response) => {
    asked.push(request.headers['if-none-match'])
    const cacheable = { 'Cache-Control': 'public, max-age=600, immutable', Age: '60' }
    response.writeHead(200, { ETag: '"one"', 'Content-Type': 'image/png', ...cacheable })
    response.end('image')
  })
  const clock = createManualClock()
  const icons = createIconCache({ clock })
  await icons.get(url)
  clock.advance(539_000)
  assert.equal((await icons.get(url))?.bytes, 5)
  assert.deepEqual(asked, [undefined])
  clock.advance(1000)
  await icons.get(url)
  assert.deepEqual(asked, [undefined, '"one"'])
})

for (const control of ['no-cache, max-age=600', 'no-store', 'private', 'max-age=many']) {
  test(`RFC 9111 §5.2.2: "${control}" is asked for each time`, async (t) => {
    let asked = 0
    const url = await serve(t, (_request, response) => {
      asked++
      response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': control })
      response.end('image')
    })
    const icons = createIconCache()
    await icons.get(url)
    await icons.get(url)
    assert.equal(asked, 2)
  })
}

test('several who want one picture share one request, and one who loses interest harms nobody', async (t) => {
  let asked = 0
  let answer: () => void = () => undefined
  const url = await serve(t, (_request, response) => {
    asked++
    answer = () => {
      response.writeHead(200, { 'Content-Type': 'image/png' })
      response.end('image')
    }
  })
  const icons = createIconCache()
  const lost = new AbortController()
  const [one, other] = [icons.get(url), icons.get(url, { signal: lost.signal })]
  const gone = assert.rejects(other, /lost interest/)
  lost.abort(new Error('lost interest'))
  await gone
  while (asked === 0) await new Promise(setImmediate)
  answer()
  assert.equal((await one)?.bytes, 5)
  assert.equal(asked, 1)
})

test('a request that nobody waits for any more is ended', async (t) => {
  let closed: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    closed = resolve
  })
  let asked: () => void = () => undefined
  const began = new Promise<void>((resolve) => {
    asked = resolve
  })
  const url = await serve(t, (request) => {
    request.on('close', closed)
    asked()
  })
  const lost = new AbortController()
  const got = assert.rejects(createIconCache().get(url, { signal: lost.signal }), /AbortError/)
  await began
  lost.abort()
  await got
  await ended
})
