/** Hard state over HTTP. RFC 4827. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { conflictOf, tellUsageStory } from './support/usage-story.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const usage = { auid: 'pidf-manipulation', name: 'index', mediaType: 'application/pidf+xml' }
const presence = (entity: string, inside = '') =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${entity}">` +
  `<tuple id="t1"><status><basic>open</basic></status></tuple>${inside}</presence>`

let service: XcapService
before(async () => {
  service = await startXcapService()
})
after(() => service.end())

test('RFC 4827 §4: hard state is stored as sent, for its owner alone', async () => {
  await tellUsageStory(service, { ...usage, body: presence('sip:alice@example.com') })
})

for (const entity of [
  'pres:alice@example.com',
  'sip:101@example.com',
  'sip:alice@alias.example',
  'tel:+4930123',
  // Blink escapes it whole.
  'sip%3Aalice%40example.com',
]) {
  test(`RFC 3863 §4.1.1: the entity may be written as ${entity}`, async () => {
    await tellUsageStory(service, { ...usage, body: presence(entity) })
  })
}

for (const entity of ['sip:bob@example.com', 'pres:alice@elsewhere.example', 'alice']) {
  test(`RFC 3863 §4.1.1: the entity is the owner, never ${entity}`, async () => {
    const conflict = await conflictOf(service, { ...usage, body: presence(entity) })
    assert.equal(conflict.name, 'constraint-failure')
    assert.match(conflict.phrase ?? '', new RegExp(entity))
  })
}

test('RFC 4827 §9: there is one document, named index', async () => {
  const body = presence('sip:alice@example.com')
  const conflict = await conflictOf(service, { ...usage, name: 'other', body })
  assert.equal(conflict.name, 'constraint-failure')
})

test('RFC 4827 §6: the document is valid PIDF', async () => {
  for (const body of [
    presence('sip:alice@example.com', '<tuple id="t2"/>'),
    '<presence xmlns="urn:ietf:params:xml:ns:pidf"/>',
    '<person xmlns="urn:ietf:params:xml:ns:pidf:data-model" id="p"/>',
  ]) {
    const conflict = await conflictOf(service, { ...usage, body })
    assert.equal(conflict.name, 'schema-validation-error', body)
  }
})
