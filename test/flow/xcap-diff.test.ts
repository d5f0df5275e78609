/**
 * Two of Alice's programs keep one contact list: each hears over SIP what the other writes over XCAP.
 *
 *   program A (SIP)                       Visage                    program B (HTTP)
 *      |--- SUBSCRIBE xcap-diff, aggregate ->|                              |
 *      |<-- NOTIFY, index a -----------------|                              |
 *      |                                     |<-- PUT …/~~/…/entry (bob) ---|
 *      |<-- NOTIFY, index a → b, add --------|--- 201, ETag b ------------->|
 *      |                                     |<-- DELETE …/~~/…/entry ------|
 *      |<-- NOTIFY, index b → c, remove -----|--- 200, ETag c ------------->|
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RESOURCE_LISTS_MEDIA_TYPE } from '../../core/documents/resource-lists.ts'
import { parseXcapDiff } from '../../core/documents/xcap-diff.ts'
import { applyPatch } from '../../core/model/patch-application.ts'
import { canonical, sourceOf } from '../model/canonical-xml.ts'
import { createPhone, type Phone } from '../presence/phone.ts'
import { watch } from '../presence/xcap-diff-world.ts'
import { openSipClient } from '../support/sip-client.ts'
import { PASSWORD, startVisage } from '../support/visage-process.ts'
import { createHttpPhone, lengthLine } from './http-peer.ts'

const INDEX = 'resource-lists/users/sip:alice@example.com/index'
const LISTS = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
  <list name="friends">
    <entry uri="sip:carol@example.com"/>
  </list>
</resource-lists>
`

/** The copy after the next NOTIFY, and the tag that it has then. */
async function followed(phone: Phone, copy: string) {
  const { body } = await phone.notify()
  const reading = parseXcapDiff(sourceOf(body))
  assert.ok(reading.error === undefined, body)
  const [change] = reading.value.changes
  assert.ok(change?.kind === 'document', body)
  const outcome = applyPatch(sourceOf(copy), change.patch ?? [])
  assert.ok(outcome.fault === undefined, body)
  return { copy: outcome.document.text, change }
}

test('RFC 5875 §4.3: what one program writes element by element patches the copy of the other', async (t) => {
  const visage = await startVisage({
    users: ['alice@example.com'],
    config: { domains: ['example.com'] },
  })
  t.after(() => visage.end())
  const http = createHttpPhone({
    ...{ port: visage.httpPort, user: 'alice', password: PASSWORD },
    habits: (call, authorization) => [
      ...[`Host: 127.0.0.1:${visage.httpPort}`, 'Connection: close', ...lengthLine(call)],
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      ...(call.type === undefined ? [] : [`Content-Type: ${call.type}`]),
    ],
  })
  const target = `/xcap-root/${INDEX}`
  const created = await http('PUT', target, { type: RESOURCE_LISTS_MEDIA_TYPE, body: LISTS })
  assert.equal(created.status, 201, created.text)

  const client = await openSipClient(visage.sipPort)
  t.after(() => client.close())
  const phone = createPhone(client, 'alice', 'example.com', PASSWORD)
  await watch(phone, [INDEX], { parameters: ';diff-processing=aggregate' })
  const first = await followed(phone, LISTS)
  assert.equal(`"${first.change.newTag ?? ''}"`, created.header('etag'))

  const entry = `${target}/~~/resource-lists/list%5b1%5d/entry%5b@uri=%22sip:bob@example.com%22%5d`
  const body = '<entry uri="sip:bob@example.com"><display-name>Bob</display-name></entry>'
  const put = await http('PUT', entry, { type: 'application/xcap-el+xml', body })
  assert.equal(put.status, 201, put.text)
  const second = await followed(phone, first.copy)
  assert.equal(`"${second.change.newTag ?? ''}"`, put.header('etag'))
  assert.equal(canonical(second.copy), canonical((await http('GET', target)).text))

  const gone = await http('DELETE', entry)
  assert.equal(gone.status, 200, gone.text)
  const third = await followed(phone, second.copy)
  assert.equal(third.change.previousTag, second.change.newTag)
  assert.equal(canonical(third.copy), canonical((await http('GET', target)).text))
})
