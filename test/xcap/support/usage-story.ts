/** What holds of the documents of every usage: stored as sent, for their owner alone, found in the directory. RFC 4825 §5.7, §8. */
import assert from 'node:assert/strict'
import { parseXcapCaps } from '../../../core/documents/xcap-caps.ts'
import { parseXcapDirectory } from '../../../core/documents/xcap-directory.ts'
import { parseXcapError, type XcapError } from '../../../core/documents/xcap-error.ts'
import { read } from './read-document.ts'
import type { XcapService } from './xcap-service.ts'

export const ROOT = '/xcap-root'
export const ALICE = 'users/sip:alice@example.com'

export interface UsageDocument {
  /** As it stands in the URI. */
  readonly auid: string
  readonly name: string
  readonly mediaType: string
  /** A document of alice's. */
  readonly body: string
}

/** Puts, reads and deletes a document of alice's, and tries as others. */
export async function tellUsageStory(
  { call }: XcapService,
  { auid, name, mediaType, body }: UsageDocument,
): Promise<void> {
  const target = `${ROOT}/${auid}/${ALICE}/${name}`
  const headers = { 'Content-Type': mediaType }
  const other = { 'Content-Type': 'text/xml' }
  assert.equal((await call('PUT', target, { headers, body })).status, 401)
  assert.equal((await call('PUT', target, { as: 'bob', headers, body })).status, 403)
  assert.equal((await call('PUT', target, { as: 'alice', headers: other, body })).status, 415)
  assert.equal((await call('GET', target, { as: 'alice' })).status, 404)

  const created = await call('PUT', target, { as: 'alice', headers, body })
  assert.equal(created.status, 201, created.text)
  const got = await call('GET', target, { as: 'alice' })
  assert.equal(got.status, 200)
  assert.equal(got.text, body)
  assert.equal(got.headers['content-type'], mediaType)
  assert.equal(got.headers.etag, created.headers.etag)
  assert.equal(got.headers['cache-control'], 'no-cache')
  assert.equal((await call('GET', target)).status, 401)
  assert.equal((await call('GET', target, { as: 'bob' })).status, 403)
  assert.equal((await call('DELETE', target, { as: 'bob' })).status, 403)
  assert.equal((await call('PUT', target, { as: 'alice', headers, body })).status, 200)

  const caps = read((await call('GET', `${ROOT}/xcap-caps/global/index`)).body, parseXcapCaps)
  assert.ok(caps.auids.includes(auid))
  assert.equal((await directoryOf(call, auid)).length, 1)
  assert.equal((await call('DELETE', target, { as: 'alice' })).status, 200)
  assert.equal((await call('GET', target, { as: 'alice' })).status, 404)
  assert.deepEqual(await directoryOf(call, auid), [])
}

/** What alice's directory lists in the folder of an AUID, each below the XCAP root. */
export async function directoryOf(call: XcapService['call'], auid: string): Promise<string[]> {
  const target = `${ROOT}/org.openmobilealliance.xcap-directory/${ALICE}/directory.xml`
  const folders = read((await call('GET', target, { as: 'alice' })).body, parseXcapDirectory)
  const folder = folders.find((found) => found.auid === auid)
  return (folder?.entries ?? []).map(({ uri }) => uri.slice(uri.indexOf(ROOT) + ROOT.length + 1))
}

/** The conflict that a PUT of alice's gets; what she has there stays as it is. */
export async function conflictOf(
  { call }: XcapService,
  { auid, name, mediaType, body }: UsageDocument,
): Promise<XcapError> {
  const target = `${ROOT}/${auid}/${ALICE}/${name}`
  const before = await call('GET', target, { as: 'alice' })
  const headers = { 'Content-Type': mediaType }
  const got = await call('PUT', target, { as: 'alice', headers, body })
  assert.equal(got.status, 409, `${body} ${got.text}`)
  assert.equal(got.headers['content-type'], 'application/xcap-error+xml')
  const after = await call('GET', target, { as: 'alice' })
  assert.deepEqual([after.status, after.headers.etag], [before.status, before.headers.etag])
  return read(got.body, parseXcapError)
}
