/** Rules for dialog watchers over HTTP. RFC 4745, OpenXCAP. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALICE, conflictOf, directoryOf, ROOT, tellUsageStory } from './support/usage-story.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const mediaType = 'application/auth-policy+xml'
const AUIDS = ['dialog-rules', 'org.openxcap.dialog-rules']
/** As Blink writes them. */
const rules = (id: string) =>
  '<cp:ruleset xmlns:cp="urn:ietf:params:xml:ns:common-policy" xmlns:dr="http://openxcap.org/ns/dialog-rules">' +
  `<cp:rule id="${id}"><cp:conditions><cp:identity><cp:one id="sip%3Abob%40example.com"/></cp:identity>` +
  '</cp:conditions><cp:actions><dr:sub-handling>allow</dr:sub-handling></cp:actions></cp:rule></cp:ruleset>'

let service: XcapService
before(async () => {
  service = await startXcapService()
})
after(() => service.end())

for (const auid of AUIDS) {
  test(`${auid}: rules are stored as sent, for their owner alone`, async () => {
    await tellUsageStory(service, { auid, name: 'index', mediaType, body: rules('a') })
    await tellUsageStory(service, { auid, name: 'other', mediaType, body: rules('a') })
  })

  test(`${auid}: RFC 4745 §13: rules follow their schema, and no two have one id`, async () => {
    const usage = { auid, name: 'index', mediaType }
    const twice = rules('a').replace('</cp:ruleset>', '<cp:rule id="a"/></cp:ruleset>')
    const conflict = await conflictOf(service, { ...usage, body: twice })
    assert.ok(conflict.name === 'uniqueness-failure')
    assert.deepEqual(conflict.exists, [
      {
        field: 'n1:ruleset/n1:rule%5B2%5D/@id?xmlns(n1=urn:ietf:params:xml:ns:common-policy)',
        alternatives: ['a-2'],
      },
    ])
    const body = '<ruleset xmlns="http://openxcap.org/ns/dialog-rules"/>'
    assert.equal((await conflictOf(service, { ...usage, body })).name, 'schema-validation-error')
  })
}

test('the two AUIDs hold documents of their own', async () => {
  const headers = { 'Content-Type': mediaType }
  for (const auid of AUIDS) {
    const target = `${ROOT}/${auid}/${ALICE}/index`
    const body = rules(auid)
    const got = await service.call('PUT', target, { as: 'alice', headers, body })
    assert.equal(got.status, 201)
  }
  for (const auid of AUIDS) {
    const target = `${ROOT}/${auid}/${ALICE}/index`
    assert.equal((await service.call('GET', target, { as: 'alice' })).text, rules(auid))
    assert.deepEqual(await directoryOf(service.call, auid), [`${auid}/${ALICE}/index`])
  }
})
