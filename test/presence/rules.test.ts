/** What rules let a watcher do: every condition and action, on new subscriptions. RFC 5025 §3, RFC 4745 §7. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { readFileSync } from 'node:fs'
import type { Aor } from '../../core/uri/aor.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { pidf } from './phone.ts'
import {
  BOB,
  fetchedBy,
  one,
  rule,
  ruled,
  seen,
  writeList,
  writeRules,
  writeText,
} from './ruled-alice.ts'
import { ALICE, watchAs } from './watched-alice.ts'

const MOOD = '<dm:person id="p"><rpid:mood><rpid:happy/></rpid:mood></dm:person>'
const SPHERE = '<dm:person id="p"><rpid:sphere><rpid:work/></rpid:sphere></dm:person>'
const EVE = 'sip:eve@elsewhere.example'
const NOW = createManualClock().now()
const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString()
const until = (from: number, end: number) =>
  `<validity><from>${at(from)}</from><until>${at(end)}</until></validity>`

type Outcome = 403 | 'pending' | 'closed' | 'sees'
const CONDITIONS: [conditions: string, bob: Outcome, eve: Outcome][] = [
  ['', 'sees', 'sees'],
  [one(BOB), 'sees', 403],
  [one('pres:bob@example.com'), 'sees', 403],
  [one('sip:bob@EXAMPLE.com:5060;transport=tcp'), 'sees', 403],
  ['<identity><many/></identity>', 'sees', 'sees'],
  ['<identity><many domain="example.com"/></identity>', 'sees', 403],
  ['<identity><many domain="alias.example"/></identity>', 'sees', 403],
  [`<identity><many><except id="${BOB}"/></many></identity>`, 403, 'sees'],
  ['<identity><many><except domain="elsewhere.example"/></many></identity>', 'sees', 403],
  [one('sip:301@example.com'), 'sees', 403],
  [one('sip:301@alias.example'), 'sees', 403],
  [one('tel:+49-30-123456'), 'sees', 403],
  ['<identity><many><except id="sip:301@example.com"/></many></identity>', 403, 'sees'],
  [one(EVE), 403, 'sees'],
  ['<sphere value="home work"/>', 'sees', 'sees'],
  ['<sphere value="home"/>', 403, 403],
  [until(-1000, 1000), 'sees', 'sees'],
  [until(1000, 2000), 403, 403],
  ['<o:other-identity/>', 'sees', 'sees'],
  ['<o:anonymous-request/>', 403, 403],
  ['<o:weather/>', 403, 403],
  [`${one(BOB)}<sphere value="home"/>`, 403, 403],
]
for (const [conditions, ...outcomes] of CONDITIONS) {
  test(`RFC 4745 §7: allow if ${conditions.replaceAll(NOW.toString(), 'now') || 'no condition'}: bob ${outcomes[0]}, a stranger ${outcomes[1]}`, async (t) => {
    const domains = [{ aliases: ['alias.example'] }]
    const { agent, alice, phone } = await ruled(t, rule(conditions, 'allow'), { domains })
    await agent.addAccount('bob', { aliases: ['sip:301@example.com', 'tel:+4930123456'] as Aor[] })
    await alice.publish(pidf(ALICE, 'open', SPHERE))
    assert.equal(outcome(await fetchedBy(phone, BOB)), outcomes[0])
    assert.equal(outcome(await fetchedBy(phone, EVE)), outcomes[1])
  })
}

function outcome(sight: Awaited<ReturnType<typeof fetchedBy>>): Outcome {
  if (sight === 403) return 403
  if (sight.state === 'pending') return 'pending'
  assert.equal(sight.state, 'active')
  return sight.body.includes('<basic>open<') ? 'sees' : 'closed'
}

const ACTIONS: [handling: string, expected: Outcome][] = [
  ['block', 403],
  ['confirm', 'pending'],
  ['polite-block', 'closed'],
  ['allow', 'sees'],
]
for (const [handling, expected] of ACTIONS) {
  test(`RFC 5025 §3.2.1: ${handling}: ${expected}`, async (t) => {
    const { alice, phone } = await ruled(t, rule(one(BOB), handling))
    await alice.publish(pidf(ALICE, 'open', MOOD))
    const sight = await fetchedBy(phone, BOB)
    assert.equal(outcome(sight), expected)
    if (sight === 403) return
    assert.equal(sight.body.includes('happy'), expected === 'sees')
    assert.equal(sight.body.includes('<note>pending'), expected === 'pending')
    assert.equal(sight.body.match(/<tuple/g)?.length, 1)
  })
}

test('RFC 5025 §3.2.1: with rules no match is block, own domain or not; everybody may watch themselves', async (t) => {
  const { alice, phone } = await ruled(t, rule(one(EVE), 'confirm'))
  await alice.publish(pidf(ALICE, 'open'))
  assert.equal(outcome(await fetchedBy(phone, BOB)), 403)
  assert.equal(outcome(await fetchedBy(phone, ALICE)), 'sees')
})

test('RFC 5025 §9.7: all documents of the home count together, and rules only add', async (t) => {
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'block'))
  await writeRules(
    agent,
    rule(one(BOB), 'allow', '<p:provide-services><p:all-services/></p:provide-services>'),
    'work',
  )
  await writeRules(
    agent,
    rule(
      one(BOB),
      'confirm',
      '<p:provide-persons><p:all-persons/></p:provide-persons><p:provide-mood>true</p:provide-mood>',
    ),
    'more',
  )
  await alice.publish(pidf(ALICE, 'open', MOOD))
  const sight = await fetchedBy(phone, BOB)
  assert.equal(outcome(sight), 'sees')
  assert.ok(sight !== 403 && sight.body.includes('happy'))
})

test('a document of rules that cannot be read counts as one that lets nobody in', async (t) => {
  const { agent, phone } = await ruled(t, '')
  assert.equal(outcome(await fetchedBy(phone, BOB)), 'closed', 'the policy of the domain')
  await writeText(agent, '<ruleset')
  assert.equal(await fetchedBy(phone, 'sip:carol@example.com'), 403)
})

test('RFC 5025 §3.3: two watchers with other permissions get other documents, and those with the same the same', async (t) => {
  const { alice, phone } = await ruled(
    t,
    rule(one(BOB, 'sip:carol@example.com'), 'allow') +
      rule(one(EVE), 'allow', '<p:provide-services><p:all-services/></p:provide-services>'),
  )
  await alice.publish(pidf(ALICE, 'open', MOOD))
  const [bob, carol, eve] = [
    await fetchedBy(phone, BOB),
    await fetchedBy(phone, 'sip:carol@example.com'),
    await fetchedBy(phone, EVE),
  ]
  assert.deepEqual(bob, carol)
  assert.ok(bob !== 403 && bob.body.includes('happy'))
  assert.ok(eve !== 403 && eve.body.includes('open') && !eve.body.includes('happy'))
})

test('OMA common policy: who asks without an identity meets the rule for anonymous requests, and no identity', async (t) => {
  const { alice, phone } = await ruled(
    t,
    rule('<o:anonymous-request/>', 'polite-block') + rule('<identity><many/></identity>', 'allow'),
  )
  await alice.publish(pidf(ALICE, 'open'))
  assert.equal(outcome(await fetchedBy(phone, undefined)), 'closed')
})

for (const iconWithStatusIcon of [true, false]) {
  test(`presence.iconWithStatusIcon ${iconWithStatusIcon}: provide-status-icon ${iconWithStatusIcon ? 'lets' : 'does not let'} CIPID's icon through`, async (t) => {
    const presence = { minExpires: 60, maxExpires: 7200, throttle: 0, iconWithStatusIcon }
    const transformations =
      '<p:provide-persons><p:all-persons/></p:provide-persons><p:provide-status-icon>true</p:provide-status-icon>'
    const rules = rule('', 'allow', transformations)
    const { alice, phone } = await ruled(t, rules, { agent: { presence } })
    const icon = '<dm:person id="p"><c:icon>http://h.example/a.png</c:icon></dm:person>'
    await alice.publish(pidf(ALICE, 'open', icon))
    const sight = await fetchedBy(phone, BOB)
    assert.ok(sight !== 403)
    assert.match(sight.body, /<rpid:status-icon>http:\/\/h\.example\/a\.png</)
    assert.equal(sight.body.includes('<c:icon>'), iconWithStatusIcon)
  })
}

const CLIENTS = new URL('../fixtures/flow/', import.meta.url)
const fromClient = (name: string) => readFileSync(new URL(name, CLIENTS), 'utf8')

test("Jitsi's rules: the one on its list sees all, the blocked and everybody else are refused", async (t) => {
  const { agent, alice, phone } = await ruled(t, '')
  await writeText(agent, fromClient('jitsi/presrules.xml'))
  await alice.publish(pidf(ALICE, 'open', MOOD))
  const bob = await fetchedBy(phone, BOB)
  assert.ok(bob !== 403 && bob.body.includes('happy'))
  assert.equal(await fetchedBy(phone, 'sip:mallory@example.com'), 403)
  assert.equal(await fetchedBy(phone, EVE), 403)
})

for (const client of ['blink', 'rcs']) {
  test(`OMA Presence XDM: ${client}'s rules let in who is on oma_grantedcontacts, ask about others, and follow the list`, async (t) => {
    const xcapRootUrls = ['http://xcap.example.com/xcap-root']
    const { agent, alice, phone } = await ruled(t, '', { agent: { xcapRootUrls } })
    const buddies = '<display-name>My presence buddies</display-name>'
    const text = fromClient(`${client}/resource-lists.xml`)
    const lists = text.replace(buddies, `${buddies}<entry uri="${BOB}"/>`)
    await writeList(agent, lists)
    await writeText(agent, fromClient(`${client}/pres-rules.xml`))
    await alice.publish(pidf(ALICE, 'open', MOOD))
    const bob = await fetchedBy(phone, BOB)
    assert.ok(bob !== 403 && bob.state === 'active' && bob.body.includes('happy'))
    await watchAs(phone, EVE)
    assert.equal((await seen(phone)).state, 'pending')
    await writeList(
      agent,
      lists.replace('sip%3Abob%40example.com', EVE).replace('sip:bob@example.com', EVE),
    )
    const sights = [await seen(phone), await seen(phone)]
    assert.deepEqual(sights.map(({ state }) => state).sort(), ['active', 'pending'])
    assert.ok(
      sights.find(({ state }) => state === 'active')?.body.includes('happy'),
      'Eve sees now',
    )
  })
}
