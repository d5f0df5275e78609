/** Presence rules over HTTP: one set, whatever AUID and name they are written under. RFC 5025 §9, OMA Presence XDM. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PRES_RULES } from '../../core/model/document-id.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { ALICE, conflictOf, directoryOf, ROOT, tellUsageStory } from './support/usage-story.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const OMA = 'org.openmobilealliance.pres-rules'
const mediaType = 'application/auth-policy+xml'
const headers = { 'Content-Type': mediaType }
/** As Jitsi writes them. */
const rules = (id: string) =>
  `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="${id}"><conditions><identity>` +
  '<one id="sip:bob@example.com"/></identity></conditions><actions>' +
  '<sub-handling xmlns="urn:ietf:params:xml:ns:pres-rules">allow</sub-handling></actions>' +
  '<transformations/></rule></ruleset>'

let service: XcapService
before(async () => {
  service = await startXcapService()
})
after(() => service.end())

const main = ['index', 'presrules', 'pres-rules'].flatMap((name) => [
  { auid: PRES_RULES, name },
  { auid: OMA, name },
])

for (const { auid, name } of [...main, { auid: PRES_RULES, name: 'work' }]) {
  test(`RFC 5025 §9: ${auid}/${name} is stored as sent, for its owner alone`, async () => {
    await tellUsageStory(service, { auid, name, mediaType, body: rules('a') })
  })
}

for (const written of main) {
  test(`what was written as ${written.auid}/${written.name} is read under all names`, async () => {
    const urlOf = ({ auid, name }: (typeof main)[0]) => `${ROOT}/${auid}/${ALICE}/${name}`
    const body = rules(written.name)
    const put = await service.call('PUT', urlOf(written), { as: 'alice', headers, body })
    assert.equal(put.status, 201)
    for (const address of main) {
      const got = await service.call('GET', urlOf(address), { as: 'alice' })
      assert.equal(got.text, body)
      assert.equal(got.headers.etag, put.headers.etag)
    }
    const stored = await service.store.documents.list(parseAor('alice@example.com')!, PRES_RULES)
    assert.deepEqual(
      stored.map(({ id }) => id.path),
      ['index'],
    )
    assert.deepEqual(await directoryOf(service.call, PRES_RULES), [`${PRES_RULES}/${ALICE}/index`])
    assert.deepEqual(await directoryOf(service.call, OMA), [`${OMA}/${ALICE}/pres-rules`])
    const gone = await service.call('DELETE', urlOf(written), { as: 'alice' })
    assert.equal(gone.status, 200)
  })
}

test('RFC 5025 §9.7: a document of another name is a document of its own under both AUIDs', async () => {
  const target = `${ROOT}/${PRES_RULES}/${ALICE}/work`
  await service.call('PUT', target, { as: 'alice', headers, body: rules('work') })
  const index = `${ROOT}/${PRES_RULES}/${ALICE}/index`
  assert.equal((await service.call('GET', index, { as: 'alice' })).status, 404)
  const oma = await service.call('GET', `${ROOT}/${OMA}/${ALICE}/work`, { as: 'alice' })
  assert.equal(oma.text, rules('work'))
  await service.call('DELETE', target, { as: 'alice' })
})

test('a rule put under one name is read under the other, each with its own default namespace', async () => {
  const jitsi = `${ROOT}/${PRES_RULES}/${ALICE}/presrules`
  const query = '?xmlns(c=urn:ietf:params:xml:ns:common-policy)'
  await service.call('PUT', jitsi, { as: 'alice', headers, body: rules('a') })
  const put = await service.call('PUT', `${jitsi}/~~/c:ruleset/c:rule[@id="b"]${query}`, {
    as: 'alice',
    headers: { 'Content-Type': 'application/xcap-el+xml' },
    body: '<rule xmlns="urn:ietf:params:xml:ns:common-policy" id="b"/>',
  })
  assert.equal(put.status, 201, put.text)
  const oma = `${ROOT}/${OMA}/${ALICE}/index/~~/ruleset/rule[2]/@id`
  const got = await service.call('GET', oma, { as: 'alice' })
  assert.equal(got.text, 'b')
  assert.equal(got.headers.etag, put.headers.etag)
  await service.call('DELETE', jitsi, { as: 'alice' })
})

test('RFC 4745 §13: no two rules have one id', async () => {
  const body = rules('a').replace('</ruleset>', '<rule id="a"/><rule id="a-2"/></ruleset>')
  const conflict = await conflictOf(service, { auid: OMA, name: 'index', mediaType, body })
  assert.ok(conflict.name === 'uniqueness-failure')
  // Its default namespace is that of common policy.
  assert.equal(conflict.exists[0]?.field, 'ruleset/rule%5B2%5D/@id')
})

test('RFC 5025 §7: rules follow their schema', async () => {
  for (const body of [
    rules('a').replace('>allow<', '>perhaps<'),
    rules('a').replace(' id="a"', ''),
    '<rules xmlns="urn:ietf:params:xml:ns:common-policy"/>',
    '<sub-handling xmlns="urn:ietf:params:xml:ns:pres-rules">allow</sub-handling>',
  ]) {
    const conflict = await conflictOf(service, {
      ...{ auid: PRES_RULES, name: 'index', mediaType, body },
    })
    assert.equal(conflict.name, 'schema-validation-error', body)
  }
})
