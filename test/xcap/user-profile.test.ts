/** User profiles over HTTP. OMA XDM. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALICE, conflictOf, ROOT, tellUsageStory } from './support/usage-story.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const AUID = 'org.openmobilealliance.user-profile'
const mediaType = 'application/vnd.oma.user-profile+xml'
const usage = { auid: AUID, name: 'user-profile', mediaType }
const profile = (uri: string) =>
  `<user-profiles xmlns="urn:oma:xml:xdm:user-profile"><user-profile uri="${uri}">` +
  '<display-name xml:lang="en">Alice</display-name></user-profile></user-profiles>'

let service: XcapService
before(async () => {
  service = await startXcapService()
})
after(() => service.end())

test('OMA XDM: a profile is stored as sent, for its owner alone', async () => {
  await tellUsageStory(service, { ...usage, body: profile('sip:alice@example.com') })
  await tellUsageStory(service, { ...usage, body: profile('tel:+49-30-123') })
})

test('OMA XDM: nobody writes the profile of somebody else', async () => {
  for (const uri of ['sip:bob@example.com', 'mailto:alice@example.com']) {
    const conflict = await conflictOf(service, { ...usage, body: profile(uri) })
    assert.equal(conflict.name, 'constraint-failure')
    assert.match(conflict.phrase ?? '', new RegExp(uri))
  }
})

test('OMA XDM: a profile follows its schema', async () => {
  for (const body of [
    '<user-profile xmlns="urn:oma:xml:xdm:user-profile" uri="sip:alice@example.com"/>',
    '<user-profiles xmlns="urn:oma:xml:xdm:user-profile"><x/></user-profiles>',
  ]) {
    const conflict = await conflictOf(service, { ...usage, body })
    assert.equal(conflict.name, 'schema-validation-error')
  }
})

test('OMA XDM: locked-user-profile is written by the operator, not by its owner', async () => {
  const target = `${ROOT}/${AUID}/${ALICE}/locked-user-profile`
  const headers = { 'Content-Type': mediaType }
  const body = profile('sip:alice@example.com')
  const got = await service.call('PUT', target, { as: 'alice', headers, body })
  assert.equal(got.status, 403)
  assert.equal((await service.call('GET', target, { as: 'alice' })).status, 404)
})
