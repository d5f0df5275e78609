/** Partial presence. RFC 5262, RFC 5263. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts'
import { canonical } from '../model/canonical-xml.ts'
import { startAgent } from './agent-harness.ts'
import { createPartialWatcher, PARTIAL } from './partial-watcher.ts'
import { pidf, type Phone } from './phone.ts'

const ALICE = 'sip:alice@example.com'

async function setUp(t: TestContext, accept = PARTIAL) {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await bob.subscribe(ALICE, ['Expires: 600', accept])
  return { agent, alice, bob, dialog, watcher: createPartialWatcher(bob) }
}

/** Publications of one phone, each in the place of the one before. */
function publisher(phone: Phone) {
  let tag: string | undefined
  return async (body: string): Promise<void> => {
    const response = await phone.publish(body, tag === undefined ? [] : [`SIP-If-Match: ${tag}`])
    assert.equal(response.status, 200)
    tag = response.header('sip-etag')
  }
}

const BUSY = '<dm:person id="p"><rpid:activities><rpid:busy/></rpid:activities></dm:person>'
const AWAY = BUSY.replace('busy', 'away')

/*
 *  bob                     agent                alice
 *    |--SUBSCRIBE q=1------->|                    |
 *    |<--NOTIFY full 1-------|                    |
 *    |                       |<--PUBLISH----------|
 *    |<--NOTIFY diff 2-------|                    |
 *    |--SUBSCRIBE (refresh)->|                    |
 *    |<--NOTIFY full 3-------|                    |
 */
test('RFC 5263 §4.4: the whole document first, then what changed, and all of it after a refresh', async (t) => {
  const { alice, bob, dialog, watcher } = await setUp(t)
  const first = await watcher.told()
  assert.deepEqual([first.kind, first.version], ['full', 1])
  const publish = publisher(alice)
  await publish(pidf(ALICE, 'open', BUSY))
  assert.equal((await watcher.told()).version, 2)
  await publish(pidf(ALICE, 'open', AWAY))
  const third = await watcher.told()
  assert.deepEqual([third.kind, third.version], ['diff', 3])
  assert.match(third.copy, /<rpid:away\/>/)
  await bob.refresh(dialog, 600, undefined, [PARTIAL])
  const fourth = await watcher.told()
  assert.deepEqual([fourth.kind, fourth.version], ['full', 4])
  assert.equal(canonical(fourth.copy), canonical(third.copy))
})

test('RFC 5263 §4.3: without the type in Accept, or with another one preferred, documents are whole', async (t) => {
  for (const accept of [
    'Accept: application/pidf+xml',
    'Accept: */*',
    'Accept: application/pidf+xml, application/pidf-diff+xml;q=0.5',
  ]) {
    const { bob } = await setUp(t, accept)
    const notify = await bob.notify()
    assert.equal(notify.header('content-type'), 'application/pidf+xml', accept)
  }
})

test('RFC 5263 §4.3: named alike, or alone, the changes are preferred', async (t) => {
  for (const accept of [
    'Accept: application/pidf+xml, application/pidf-diff+xml',
    'Accept: application/pidf-diff+xml',
  ]) {
    const { watcher } = await setUp(t, accept)
    assert.equal((await watcher.told()).kind, 'full', accept)
  }
})

test('RFC 3856 §6.7: the Accept of the last SUBSCRIBE counts', async (t) => {
  const { bob, dialog, watcher } = await setUp(t)
  await watcher.told()
  await bob.refresh(dialog, 600, undefined, ['Accept: application/pidf+xml'])
  assert.equal((await bob.notify()).header('content-type'), 'application/pidf+xml')
  await bob.refresh(dialog, 600, undefined, [PARTIAL])
  // The count goes on where it was left, or beyond. RFC 5263 §4.5
  assert.deepEqual((({ kind, version }) => [kind, version])(await watcher.told()), ['full', 3])
})

test('RFC 5263 §4.4: after a NOTIFY that failed the document is whole', async (t) => {
  const { agent, alice, watcher } = await setUp(t)
  await watcher.told()
  const publish = publisher(alice)
  await publish(pidf(ALICE, 'open', BUSY))
  await watcher.told()
  await publish(pidf(ALICE, 'open', AWAY))
  await watcher.told(503)
  await agent.advance(10_000)
  assert.equal((await watcher.told()).kind, 'full')
  await publish(pidf(ALICE, 'open', BUSY))
  assert.equal((await watcher.told()).kind, 'diff')
})

test('RFC 5263 §4.4: after a restart the document is whole, with a higher version', async (t) => {
  const { agent, alice, watcher } = await setUp(t)
  await watcher.told()
  await agent.restart()
  await publisher(alice)(pidf(ALICE, 'open', BUSY))
  const next = await watcher.told()
  assert.equal(next.kind, 'full')
  assert.ok(next.version > 1)
})

test('RFC 5262 §4: when nearly everything changes the document is whole', async (t) => {
  const { alice, watcher } = await setUp(t)
  await watcher.told()
  await publisher(alice)(pidf(ALICE, 'open', BUSY.replace('busy/', 'other>x</rpid:other')))
  assert.equal((await watcher.told()).kind, 'full')
})

const TUPLES = ['t0', 't1', 't2', 't3']
const ACTIVITIES = ['busy', 'away', 'meeting', 'meal', 'on-the-phone', 'vacation']

/** Her devices and what she does, of which a few things change at a time. */
function randomPresence(random: SeededRandom) {
  const chosen = new Map<string, string>()
  const choices = new Map<string, readonly string[]>([
    ...TUPLES.flatMap((id): [string, readonly string[]][] => [
      [id, ['', 'yes', 'yes', 'yes']],
      [`${id} basic`, ['open', 'closed']],
      [`${id} priority`, ['', ' priority="0.8"', ' priority="0.3"']],
      [`${id} extra`, ['', '', '<x:extra xmlns:x="urn:x" p="1"><x:y/></x:extra>']],
      [`${id} note`, ['', '<note xml:lang="en">a &amp; ü</note>', '<note>b</note>']],
    ]),
    ...ACTIVITIES.map((one): [string, readonly string[]] => [one, ['', '', `<rpid:${one}/>`]]),
    ['mood', ['', '<rpid:mood><rpid:happy/></rpid:mood>', '<rpid:mood><rpid:sad/></rpid:mood>']],
    ['note', ['', '<note>about</note>', '<note>about me</note>']],
    ['person', ['yes', 'yes', 'yes', '']],
  ])
  const of = (key: string) => chosen.get(key) ?? choices.get(key)?.at(-1) ?? ''
  const tuple = (id: string) =>
    of(id) &&
    `<tuple id="${id}"><status><basic>${of(`${id} basic`)}</basic></status>${of(`${id} extra`)}` +
      `<contact${of(`${id} priority`)}>sip:alice@192.0.2.1</contact>${of(`${id} note`)}</tuple>`
  return () => {
    for (let left = 1 + random.integer(3); left > 0; left--) {
      const [key, values] = random.pick([...choices])
      chosen.set(key, random.pick(values))
    }
    const activities = `<rpid:activities>${ACTIVITIES.map(of).join('')}</rpid:activities>`
    const person = of('person') && `<dm:person id="p">${activities}${of('mood')}</dm:person>`
    const tuples = TUPLES.map(tuple).join('')
    return pidf(ALICE, 'open', of('note') + person).replace(/<tuple [^]*<\/tuple>/, tuples)
  }
}

test('RFC 5263 §4.5: after 200 changes the copy of a partial watcher is what a full watcher was sent', async (t) => {
  const { agent, alice, watcher } = await setUp(t)
  const carol = await agent.phone('carol')
  await carol.subscribe(ALICE)
  await carol.notify()
  await watcher.told()
  const next = randomPresence(createSeededRandom(5263))
  const publish = publisher(alice)
  const seen = { full: 0, diff: 0 }
  const octets = { partial: 0, full: 0 }
  for (let left = 200; left > 0; left--) {
    await publish(next())
    const [partial, full] = [await watcher.told(), await carol.notify()]
    assert.equal(canonical(partial.copy), canonical(full.body))
    seen[partial.kind]++
    octets.partial += partial.octets
    octets.full += full.body.length
  }
  assert.ok(seen.diff > 150, JSON.stringify(seen))
  assert.ok(octets.partial < octets.full / 2, JSON.stringify(octets))
})
