/** RLS services over HTTP. RFC 4826 §4.4. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DEFAULT_XML_LIMITS } from '../../core/documents/xml-reader.ts'
import { RLS_SERVICES } from '../../core/model/document-id.ts'
import { createDomains } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { openRlsServiceIndex } from '../../xcap-server/rls-service-index.ts'
import { rlsServiceName } from '../../core/model/rls-service-name.ts'
import { createRlsWorld, GLOBAL, homeOf, inline, RLS_TYPE, services } from './support/rls-world.ts'
import { conflictOf, tellUsageStory } from './support/usage-story.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const usage = { auid: 'rls-services', name: 'index', mediaType: RLS_TYPE }
const LISTS = 'http://xcap.example.com/xcap-root/resource-lists/users'
const LIST = 'index/~~/resource-lists/list%5B@name=%22friends%22%5D'
const referring = (uri: string, list: string) =>
  `<service uri="${uri}"><resource-list>${list}</resource-list></service>`

let service: XcapService
let world: ReturnType<typeof createRlsWorld>
before(async () => {
  service = await startXcapService({ resourceListServers: () => true })
  world = createRlsWorld(service)
})
after(() => service.end())

test('RFC 4826 §4.4: services are stored as sent, for their owner alone', async () => {
  await tellUsageStory(service, { ...usage, body: services(inline('sip:friends@example.com')) })
})

test("Blink's services: whole URIs escaped, named after the user", async () => {
  const list = `http%3A//xcap.example.com/xcap-root/resource-lists/users/sip%3Aalice%40example.com/index/~~/resource-lists/list%5B%40name%3D%22a%22%5D`
  const body = services(
    referring('sip%3Aalice%2Bpresence%40example.com', list),
    referring('sip%3Aalice%2Bdialog%40example.com', list),
  )
  await tellUsageStory(service, { ...usage, body })
})

test("RCS clients' services are told apart by a parameter of their own address", async () => {
  const list = `${LISTS}/sip%3Aalice%40example.com/${LIST}`
  const rcs = services(referring('sip:alice@example.com;pres-list=rcs', list))
  await tellUsageStory(service, { ...usage, body: rcs })
  const twice = services(
    inline('sip:alice@example.com;pres-list=rcs'),
    inline('sip:alice@EXAMPLE.com;PRES-LIST=RCS;transport=tcp'),
  )
  const conflict = await conflictOf(service, { ...usage, body: twice })
  assert.ok(conflict.name === 'uniqueness-failure')
  assert.equal(conflict.exists[0]?.alternatives[0], 'sip:alice-2@example.com;pres-list=rcs')
})

test('RFC 4826 §4.4.5: an address is taken once on the whole server, and free ones are proposed', async () => {
  assert.equal((await world.putAs('bob', services(inline('sip:friends@example.com')))).status, 201)
  for (const spelling of [
    'sip:friends@example.com',
    'sips:friends@EXAMPLE.COM',
    'pres:friends@example.com',
    'sip:%66riends@alias.example;transport=tcp',
  ]) {
    const body = services(inline('sip:free@example.com'), inline(spelling))
    const conflict = await conflictOf(service, { ...usage, body })
    assert.ok(conflict.name === 'uniqueness-failure', spelling)
    assert.match(conflict.phrase ?? '', /in use already/)
    const [exists] = conflict.exists
    assert.equal(conflict.exists.length, 1)
    assert.equal(exists!.field, 'rls-services/service%5B2%5D/@uri')
    assert.equal(exists!.alternatives.length, 3)
    for (const uri of exists!.alternatives) {
      assert.equal((await world.putAs('alice', services(inline(uri)))).status < 300, true, uri)
    }
    await world.removeAs('alice')
  }
  // Its own document may say it again.
  assert.equal((await world.putAs('bob', services(inline('sip:friends@example.com')))).status, 200)
  // In another document of the same person it is taken, too.
  assert.equal(
    (await world.putAs('bob', services(inline('sip:friends@example.com')), 'more')).status,
    409,
  )
  assert.equal((await world.removeAs('bob')).status, 200)
  assert.equal(
    (await world.putAs('alice', services(inline('sip:friends@example.com')))).status,
    201,
  )
  await world.removeAs('alice')
})

test('RFC 4826 §4.4.5: what was stored before the start is taken, until it is deleted', async () => {
  await world.putAs('bob', services(inline('sip:friends@example.com')))
  const { documents, changes } = service.store
  const domains = createDomains([])
  const index = await openRlsServiceIndex({
    ...{ documents, changes, domains, xmlLimits: DEFAULT_XML_LIMITS, log: silentLog },
  })
  const friends = rlsServiceName('sip:friends@example.com', domains)!
  const tree = parseAor('alice@example.com')!
  const here = { auid: RLS_SERVICES, tree, path: 'index' }
  assert.equal(await index.isElsewhere(friends, here), true)
  const before = index.revision()
  await world.removeAs('bob')
  assert.equal(await index.isElsewhere(friends, here), false)
  assert.notEqual(index.revision(), before)
  index.close()
})

test('RFC 4826 §4.4.5: a service is nobody that exists', async () => {
  for (const uri of ['sip:bob@example.com', 'sip:alice@example.com', 'pres:101@example.com']) {
    const conflict = await conflictOf(service, { ...usage, body: services(inline(uri)) })
    assert.equal(conflict.name, 'uniqueness-failure', uri)
  }
})

test('RFC 4825 §8.2.5: of doubles in one document every one is named, and no proposal twice', async () => {
  const body = services(...Array.from({ length: 3 }, () => inline('sip:same@example.com')))
  const conflict = await conflictOf(service, { ...usage, body })
  assert.ok(conflict.name === 'uniqueness-failure')
  assert.deepEqual(
    conflict.exists.map(({ field }) => field),
    ['rls-services/service%5B2%5D/@uri', 'rls-services/service%5B3%5D/@uri'],
  )
  const proposed = conflict.exists.flatMap(({ alternatives }) => alternatives)
  assert.equal(new Set(proposed).size, 6)
})

test('RFC 4826 §4.4.5: of people side by side who want one address exactly one gets it', async () => {
  const users = ['alice', 'bob']
  for (let round = 0; round < 10; round++) {
    const uri = `sip:race-${round}@example.com`
    const answers = await Promise.all(users.map((user) => world.putAs(user, services(inline(uri)))))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409])
    await Promise.all(users.map((user) => world.removeAs(user)))
  }
})

test('RFC 4825 §8.2.5: a service put as an element meets the same rules, and people side by side', async () => {
  const putService = (user: string, uri: string) => {
    const target = `${homeOf(user)}/index/~~/rls-services/service[@uri="${uri}"]`
    const headers = { 'Content-Type': 'application/xcap-el+xml' }
    const body = `<service uri="${uri}"><list/></service>`
    return service.call('PUT', target, { as: user, headers, body })
  }
  await world.putAs('alice', services())
  await world.putAs('bob', services())
  assert.equal((await putService('alice', 'sip:bob@example.com')).status, 409)
  const answers = await Promise.all(
    ['alice', 'bob'].map((user) => putService(user, 'sip:wanted@example.com')),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409])
  const of = answers.find(({ status }) => status === 409)!
  assert.match(of.text, /<uniqueness-failure/)
  assert.deepEqual(await world.globalUris(), ['sip:wanted@example.com'])
  const node = `${GLOBAL}/~~/rls-services/service[@uri="sip:wanted@example.com"]/@uri`
  assert.equal((await service.call('GET', node)).text, 'sip:wanted@example.com')
  await world.removeAs('alice')
  await world.removeAs('bob')
})

const refused: [why: string, service: string][] = [
  ['a telephone number', inline('tel:+49301')],
  ['no URI', inline('friends')],
  ['the domain of other people here', inline('sip:friends@other.example')],
  [
    'a list of somebody else',
    referring('sip:a@example.com', `${LISTS}/sip:bob@example.com/${LIST}`),
  ],
  [
    'a relative reference',
    referring('sip:a@example.com', `resource-lists/users/sip:alice@example.com/${LIST}`),
  ],
  [
    'another usage',
    referring(
      'sip:a@example.com',
      `http://xcap.example.com/xcap-root/pres-rules/users/sip:alice@example.com/${LIST}`,
    ),
  ],
  ['a whole document', referring('sip:a@example.com', `${LISTS}/sip:alice@example.com/index`)],
  [
    'the global tree',
    referring(
      'sip:a@example.com',
      `http://xcap.example.com/xcap-root/resource-lists/global/${LIST}`,
    ),
  ],
  [
    'another protocol',
    referring(
      'sip:a@example.com',
      `ftp://xcap.example.com/resource-lists/users/sip:alice@example.com/${LIST}`,
    ),
  ],
  ['a list that breaks its own rules', inline('sip:a@example.com', '<rl:entry-ref ref="/a"/>')],
]
for (const [why, text] of refused) {
  test(`RFC 4826 §4.4.5: refused: ${why}`, async () => {
    const conflict = await conflictOf(service, { ...usage, body: services(text) })
    assert.equal(conflict.name, 'constraint-failure')
    assert.ok(conflict.phrase)
  })
}

test('RFC 4826 §4.4.5: the list may be named under any root, by any spelling of its owner', async () => {
  for (const root of [
    'http://xcap.example.com',
    'https://127.0.0.1:8443/xcap-root',
    'http://a.example/b/c',
  ]) {
    for (const xui of [
      'sip:alice@example.com',
      'sip%3aalice%40example.com',
      'alice@alias.example',
    ]) {
      const list = `${root}/resource-lists/users/${xui}/${LIST}`
      const got = await world.putAs('alice', services(referring('sip:a@example.com', list)))
      assert.ok(got.status < 300, list)
    }
  }
  await world.removeAs('alice')
})

test('RFC 4826 §3.4.5: the list of a service has no doubles', async () => {
  const entry = '<rl:entry uri="sip:bob@example.com"/>'
  const body = services(inline('sip:a@example.com', entry + entry))
  const conflict = await conflictOf(service, { ...usage, body })
  assert.ok(conflict.name === 'uniqueness-failure')
  assert.match(
    conflict.exists[0]!.field,
    /^rls-services\/service\/list\/n1:entry%5B2%5D\/@uri\?xmlns/,
  )
})

test('RFC 4826 §4.2: the document follows its schema', async () => {
  for (const body of [
    services('<service uri="sip:a@example.com"/>'),
    services('<service><list/></service>'),
    '<rls-services/>',
    '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>',
  ]) {
    const conflict = await conflictOf(service, { ...usage, body })
    assert.equal(conflict.name, 'schema-validation-error', body)
  }
})
