/** Contacts over a real XCAP server, beside what Jitsi and Blink wrote. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContacts } from '../../client/contacts.ts'
import { RuleInTheWay } from '../../client/rule-withdrawals.ts'
import {
  ALICE,
  aor,
  BOB,
  CAROL,
  contacts,
  listed,
  LISTS,
  put,
  putLists,
  putRules,
  RULES,
  setContactsWorld,
  text,
  xcap,
} from './contacts-world.ts'

setContactsWorld()

test('RFC 4826 §3.4: the first contact makes the document, the second goes into the same list', async () => {
  assert.deepEqual(await contacts.add({ address: BOB, name: 'Bob & Co' }), {
    edits: 1,
    firstRules: false,
  })
  const first = await text(LISTS)
  await contacts.add({ address: CAROL })
  assert.equal(
    await text(LISTS),
    first.replace(
      '</entry></list>',
      '</entry><entry xmlns="urn:ietf:params:xml:ns:resource-lists" uri="sip:carol@other.example"/></list>',
    ),
  )
  assert.deepEqual(await listed(), [
    'bob@example.com to - friends',
    'carol@other.example to - friends',
  ])
})

test('who stands on a list is not added again; another name replaces only the entry', async () => {
  await putLists('<!-- mine -->\n<list name="a"> <entry uri="sip:bob@EXAMPLE.com"/> </list>')
  assert.equal((await contacts.add({ address: BOB })).edits, 0)
  assert.equal((await contacts.add({ address: BOB, name: 'Bob' })).edits, 1)
  assert.match(
    await text(LISTS),
    /<!-- mine -->\n<list name="a"> <entry [^>]*uri="sip:bob@EXAMPLE.com"><display-name>Bob<\/display-name><\/entry> <\/list>/,
  )
})

test('a group is found by its name or by what it is called, or made', async () => {
  await putLists(
    '<list name="x1"><display-name>Work</display-name><list name="in"><entry uri="sip:dan@example.com"/></list></list>',
  )
  await contacts.add({ address: BOB, group: 'Work' })
  await contacts.add({ address: CAROL, group: 'new "one"' })
  assert.deepEqual(await listed(), [
    'bob@example.com to - Work',
    'dan@example.com to - Work / in',
    'carol@other.example to - new "one"',
  ])
})

test('RFC 4826 §3.2: an entry goes before the extensions of a list', async () => {
  await putLists('<list name="a"><display-name>A</display-name><x:x xmlns:x="urn:x"/></list>')
  await contacts.add({ address: BOB })
  assert.match(await text(LISTS), /<\/display-name><entry [^>]*\/><x:x /)
})

test("Jitsi's contacts outside of groups are shown without one, and new ones go there", async () => {
  await putLists(
    '<list name="Work"/><list name="RootGroup"><entry uri="sip:bob@example.com"/></list>',
  )
  await contacts.add({ address: CAROL })
  assert.deepEqual(await listed(), ['bob@example.com to -', 'carol@other.example to -'])
  assert.match(await text(LISTS), /<list name="Work"\/>/)
})

test('remove takes somebody off every list, in any spelling, and off lists without a name', async () => {
  await putLists(
    '<list name="a"><entry uri="sip:bob@example.com"/><entry uri="sip:dan@example.com"/></list>' +
      '<list><list name="b"><entry uri="pres:bob@example.com"/></list></list>',
  )
  assert.equal((await contacts.remove(BOB)).edits, 2)
  assert.deepEqual(await listed(), ['dan@example.com to - a'])
  assert.equal((await contacts.remove(BOB)).edits, 0)
})

test('somebody is put into exactly the groups that are named, with their name, old ones and new', async () => {
  await putLists(
    `<list name="friends"><display-name>Friends</display-name><entry uri="${BOB}"><display-name>Bob</display-name></entry><entry uri="${CAROL}"/></list><list name="work"/>`,
  )
  assert.equal((await contacts.setGroups({ address: BOB, groups: ['Friends', 'work'] })).edits, 1)
  assert.deepEqual(await listed(), [
    'bob@example.com to - Friends work',
    'carol@other.example to - Friends',
  ])
  assert.equal((await contacts.setGroups({ address: BOB, groups: ['work', 'chess'] })).edits, 2)
  assert.deepEqual(await listed(), [
    'carol@other.example to - Friends',
    'bob@example.com to - work chess',
  ])
  assert.match(await text(LISTS), /name="chess".*<display-name>Bob<\/display-name>/)
  assert.equal((await contacts.setGroups({ address: BOB, groups: ['chess', 'work'] })).edits, 0)
})

test('in no group any more, somebody is a contact still', async () => {
  await contacts.add({ address: BOB, name: 'Bob', group: 'work' })
  await contacts.setGroups({ address: BOB, groups: [] })
  await contacts.add({ address: CAROL, group: 'work' })
  await contacts.setGroups({ address: CAROL, groups: [] })
  assert.deepEqual(await listed(), ['bob@example.com to -', 'carol@other.example to -'])
  assert.match(await text(LISTS), /<display-name>Bob<\/display-name>/)
})

test('RFC 5025 §3.2.1: the first rule keeps the own domain in and lets others ask', async () => {
  await contacts.add({ address: BOB })
  await contacts.add({ address: CAROL })
  const { firstRules, edits } = await contacts.decide(aor('mallory@example.com'), 'block')
  assert.deepEqual([firstRules, edits > 1], [true, true])
  assert.deepEqual(await listed(), [
    'bob@example.com both allow friends',
    'carol@other.example to confirm friends',
    'mallory@example.com none block',
  ])
})

test('allow, block, block politely, allow again: each leaves one way or the other', async () => {
  await contacts.add({ address: BOB })
  for (const [handling, expected] of [
    ['block', 'to block'],
    ['allow', 'both allow'],
    ['polite-block', 'to polite-block'],
    ['block', 'to block'],
    ['allow', 'both allow'],
  ] as const) {
    await contacts.decide(BOB, handling)
    assert.deepEqual(await listed(), [`bob@example.com ${expected} friends`])
    assert.equal((await contacts.decide(BOB, handling)).edits, 0, 'once is enough')
  }
  await contacts.forget(BOB)
  assert.deepEqual(await listed(), ['bob@example.com both allow friends'], 'as the own domain')
  assert.ok(!(await text(RULES)).includes(BOB))
})

test('RFC 5025 §3.3: whoever is allowed sees everything, the picture too', async () => {
  await contacts.decide(CAROL, 'allow')
  const rules = await text(RULES)
  const rule = /<rule [^>]*id="presence_allow">.*?<\/rule>/s.exec(rules)?.[0] ?? assert.fail(rules)
  const parts = ['all-services', 'all-persons', 'all-devices', 'provide-all-attributes']
  for (const part of parts) assert.ok(rule.includes(`<pr:${part}/>`), part)
})

const JITSI = (id: string, handling: string, who: string) =>
  `\n<cr:rule id="${id}"><cr:conditions><cr:identity>${who}</cr:identity></cr:conditions><cr:actions><pr:sub-handling>${handling}</pr:sub-handling></cr:actions><cr:transformations/></cr:rule>`
const one = (address: string) => `<cr:one id="${address}"/>`

test("Jitsi's rules are extended in place, and every other byte stays", async () => {
  const blocked = JITSI('presence_block', 'block', one('sip:eve@example.com'))
  const before = JITSI('presence_allow', 'allow', one('sip:dan@example.com'))
  await putRules(`<!-- by Jitsi -->${before}${blocked}`)
  assert.deepEqual(await contacts.decide(BOB, 'allow'), { edits: 1, firstRules: false })
  const rules = await text(RULES)
  assert.ok(rules.includes('<!-- by Jitsi -->') && rules.includes(blocked))
  const added = `<one xmlns="urn:ietf:params:xml:ns:common-policy" id="${BOB}"/>`
  assert.ok(rules.includes(`${one('sip:dan@example.com')}${added}`), rules)
})

test('RFC 4745 §13: a rule that would name nobody any more goes', async () => {
  await putRules(
    JITSI('presence_allow', 'allow', one(BOB)) + JITSI('mine', 'allow', one(BOB) + one(CAROL)),
  )
  await contacts.decide(BOB, 'block')
  const rules = await text(RULES)
  assert.ok(!rules.includes('presence_allow'))
  assert.ok(rules.includes('<cr:rule id="mine"><cr:conditions><cr:identity><cr:one id="sip:carol'))
  assert.deepEqual(await listed(), ['carol@other.example from allow', 'bob@example.com none block'])
})

test('a rule of the same name with further conditions is left alone', async () => {
  const working = JITSI('presence_allow', 'allow', one(CAROL)).replace(
    '</cr:conditions>',
    '<cr:sphere value="work"/></cr:conditions>',
  )
  await putRules(working)
  await contacts.decide(BOB, 'allow')
  const rules = await text(RULES)
  assert.ok(rules.includes(working))
  assert.ok(rules.includes('id="presence_allow_2"'))
})

test('RFC 4745 §10.2: who is let in with everybody cannot be shut out alone', async () => {
  await putRules(
    '<cr:rule id="all"><cr:conditions/><cr:actions><pr:sub-handling>allow</pr:sub-handling></cr:actions></cr:rule>',
  )
  await assert.rejects(
    contacts.decide(BOB, 'block'),
    (error) => error instanceof RuleInTheWay && error.message.includes('the rule "all"'),
  )
})

/** What Blink stores, with the lists that its rules refer to. */
test('RFC 6121 §2.1.2: what the servers say makes the relation, and what is pending', async () => {
  await contacts.add({ address: BOB })
  await contacts.add({ address: CAROL })
  const watchers = new Map<string, 'active' | 'pending'>([
    [CAROL, 'active'],
    ['sip:new@other.example', 'pending'],
  ])
  const answers = new Map<string, 'active' | 'pending'>([
    [BOB, 'pending'],
    [CAROL, 'active'],
  ])
  assert.deepEqual(await listed({ watchers, answers }), [
    'bob@example.com none asked - friends',
    'carol@other.example both - friends',
    'new@other.example none wants -',
  ])
})

test('RFC 4825 §7.11: when somebody else was first, the change is made on what they wrote', async () => {
  await contacts.add({ address: BOB })
  const names = ['a', 'b', 'c', 'd', 'e']
  await Promise.all(names.map((name) => contacts.add({ address: aor(`${name}@example.com`) })))
  assert.equal((await listed()).length, names.length + 1)
})

test('a document that cannot be read is not written over', async () => {
  await put(
    LISTS,
    'application/resource-lists+xml',
    '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>',
  )
  const broken = createContacts({
    xcap: {
      ...xcap,
      get: async (uri) => ({ ...(await xcap.get(uri)), body: new Uint8Array([60]) }),
    },
    own: ALICE,
    clock: { now: () => 0 },
  })
  await assert.rejects(broken.add({ address: BOB }), /resource-lists.* is unreadable/)
})

test('an address of another network is renamed, grouped and removed like any other', async () => {
  const juliet = 'xmpp:juliet@capulet.example'
  await putLists(`<list name="a"><entry uri="${juliet}"/></list>`)
  await contacts.add({ address: juliet, name: 'Juliet' })
  await contacts.setGroups({ address: juliet, groups: ['b'] })
  assert.deepEqual(await listed(), [`${juliet} to - b`])
  assert.match(await text(LISTS), /<display-name>Juliet</)
  assert.equal((await contacts.remove(juliet)).edits, 1)
  assert.deepEqual(await listed(), [])
})
