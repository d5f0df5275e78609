/** The example session of RFC 4825 §13, request by request. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { rawRequest, statusOf } from './support/raw-request.ts'
import { startXcapService } from './support/xcap-service.ts'

const example = (name: string) =>
  readFile(new URL(`../fixtures/xcap/rfc4825/${name}`, import.meta.url), 'utf8')

/**
 * Bill          server
 *  | PUT list      |   201
 *  | PUT rls       |   201
 *  | PUT entry     |   201, behind the white space of the list
 *  | GET           |   200
 *  | PUT sublist   |   201
 *  | DELETE entry  |   200
 *  | GET attribute |   200
 */
test('RFC 4825 §13: the example session', async (t) => {
  const service = await startXcapService({
    assertedFrom: () => true,
    publicUrl: 'http://xcap.example.com',
    xcapRoot: '',
  })
  t.after(() => service.end())
  const send = async (name: string) => {
    const [head = '', ...body] = (await example(name))
      .replaceAll('\r\n', '\n')
      .replaceAll('sip:bill@', 'sip:alice@')
      .split('\n\n')
    const content = Buffer.from(body.join('\n\n').replace(/\n$/, ''))
    const fields = head
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('Content-Length'))
    fields.push(
      'X-3GPP-Asserted-Identity: "sip:alice@example.com"',
      `Content-Length: ${content.length}`,
      'Connection: close',
    )
    const request = `${fields.join('\r\n')}\r\n\r\n${content.toString('latin1')}`
    const reply = await rawRequest(service.port, request)
    return {
      status: statusOf(reply),
      etag: /^ETag: (.*)\r$/im.exec(reply)?.[1],
      type: /^Content-Type: (.*)\r$/im.exec(reply)?.[1],
      body: Buffer.from(reply.slice(reply.indexOf('\r\n\r\n') + 4), 'latin1').toString(),
    }
  }
  const list = await send('1-put-list.http')
  assert.equal(list.status, 201)
  assert.equal((await send('2-put-rls.http')).status, 201)
  const entry = await send('3-put-entry.http')
  assert.equal(entry.status, 201)
  assert.notEqual(entry.etag, list.etag)
  const document = await send('4-get.http')
  assert.equal(document.body.trim(), (await example('4-expected.xml')).trim())
  assert.equal(document.etag, entry.etag)
  assert.equal((await send('5-put-sublist.http')).status, 201)
  const removed = await send('6-delete.http')
  assert.equal(removed.status, 200)
  const attribute = await send('7-get-att.http')
  assert.equal(attribute.status, 200)
  assert.equal(attribute.type, 'application/xcap-att+xml')
  // Without the quotes of the printed example: DEVIATION of this server.
  assert.equal(attribute.body, 'sip:nancy@example.com')
  assert.equal(attribute.etag, removed.etag)
})
