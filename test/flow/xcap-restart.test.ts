/**
 * The process is killed while a list is edited node by node: every edit that was acknowledged is there. DESIGN §5.
 *
 *   alice                                    Visage
 *     |--- PUT resource-lists/…/index --------->|  201
 *     |--- PUT …/entry[@uri="sip:1@…"] -------->|  201
 *     |--- PUT …/entry[@uri="sip:2@…"] -------->|  201 …
 *     |                                      kill -9
 *     |                                       start
 *     |--- GET resource-lists/…/index --------->|  200: all that was acknowledged, and it is whole
 *     |--- PUT …, If-Match: the last tag ------>|  200
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readXml } from '../../core/documents/xml-reader.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { createXcapCaller, type XcapCaller } from '../xcap/support/xcap-caller.ts'

const LISTS = '/xcap-root/resource-lists/users/sip:alice@localhost/index'
const EMPTY =
  '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends"></list></resource-lists>'
const WRITERS = 8

let visage: VisageProcess
let call: XcapCaller

before(async () => {
  visage = await startVisage({ users: ['alice@localhost'] })
  call = createXcapCaller({ port: visage.httpPort, password: PASSWORD })
})

after(() => visage.end())

const put = (target: string, type: string, body: string, headers = {}) =>
  call('PUT', target, { as: 'alice', body, headers: { 'Content-Type': type, ...headers } })

/** Adds entry after entry until the server is gone; those that it acknowledged. */
async function addEntries(writer: number, acknowledged: string[]): Promise<void> {
  for (let count = 0; ; count++) {
    const uri = `sip:${writer}-${count}@localhost`
    const target = `${LISTS}/~~/resource-lists/list/entry%5B@uri=%22${uri}%22%5D`
    const answer = await put(target, 'application/xcap-el+xml', `<entry uri="${uri}"/>`).catch(
      () => undefined,
    )
    if (answer?.status !== 201) return
    acknowledged.push(uri)
  }
}

test('kill -9 between node writes: what was acknowledged is there, in a whole document', async () => {
  assert.equal((await put(LISTS, 'application/resource-lists+xml', EMPTY)).status, 201)
  const acknowledged: string[] = []
  const writers = Array.from({ length: WRITERS }, (_, writer) => addEntries(writer, acknowledged))
  while (acknowledged.length < 40) await new Promise((resolve) => setTimeout(resolve, 5))
  visage.server.child.kill('SIGKILL')
  await Promise.all(writers)
  await visage.restart('SIGKILL')

  const stored = await call('GET', LISTS, { as: 'alice' })
  assert.equal(stored.status, 200)
  assert.equal(readXml(stored.body).error, undefined)
  for (const uri of acknowledged) {
    assert.equal(stored.text.split(`<entry uri="${uri}"/>`).length, 2, uri)
  }
  // A write may have been stored and its answer lost, no more than one for each writer.
  const entries = stored.text.split('<entry ').length - 1
  assert.ok(entries <= acknowledged.length + WRITERS, `${entries}`)
  const known = { 'If-Match': stored.headers.etag ?? '' }
  const replaced = await put(LISTS, 'application/resource-lists+xml', EMPTY, known)
  assert.equal(replaced.status, 200)
})
