/** What a gateway tells of people in XMPP is told on like any publication, picture included. RFC 8048 §6.2, RFC 3903 §6. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import type { PublicationRecord } from '../../core/model/event-state.ts'
import type { Log } from '../../core/model/log.ts'
import { silentLog } from '../../core/model/log.ts'
import { ICONS_URL, type AgentHarness, type HarnessOptions } from './agent-harness.ts'
import { pidf } from './phone.ts'
import { ALICE, startBesideNeighbour, XBOB } from './scripted-neighbour.ts'
import { nothingMore } from './watched-alice.ts'

const person = (activity: string) =>
  `<dm:person id="p"><rpid:activities><rpid:${activity}/></rpid:activities></dm:person>`
const basicIn = ({ body }: { body: string }) => /<basic>(\w+)</.exec(body)?.[1]

/** Alice watches bob, who lets her. */
async function watched(t: TestContext, options?: HarnessOptions) {
  const { agent, neighbour, say } = await startBesideNeighbour(t, options)
  neighbour.says = 'allow'
  const alice = await agent.phone('alice')
  const dialog = await alice.subscribe(XBOB)
  await alice.notify()
  return { agent, neighbour, say, alice, dialog }
}

async function storedPublications({ store }: AgentHarness): Promise<PublicationRecord[]> {
  const records: PublicationRecord[] = []
  for await (const record of store.eventState.publications()) records.push(record)
  return records
}

test('RFC 8048 §6.2: each change is one NOTIFY; the same again is none, and undefined is closed', async (t) => {
  const { agent, alice } = await watched(t)
  const tell = (document: string | undefined) => {
    agent.source.publish(XBOB, document)
  }
  tell(pidf(XBOB, 'open'))
  assert.equal(basicIn(await alice.notify()), 'open')
  tell(pidf(XBOB, 'open'))
  await nothingMore(agent, alice)
  tell(pidf(XBOB, 'open', person('away')))
  assert.match((await alice.notify()).body, /<rpid:away\/>/)
  assert.equal((await storedPublications(agent)).length, 1)
  tell(undefined)
  assert.equal(basicIn(await alice.notify()), 'closed')
  tell(undefined)
  await nothingMore(agent, alice)
  assert.deepEqual(await storedPublications(agent), [])
})

test('what comes in one turn is one NOTIFY with the last of it', async (t) => {
  const { agent, alice } = await watched(t)
  agent.source.publish(XBOB, pidf(XBOB, 'closed'))
  agent.source.publish(XBOB, pidf(XBOB, 'open', person('busy')))
  agent.source.publish(XBOB, pidf(XBOB, 'open', person('away')))
  const notify = await alice.notify()
  assert.match(notify.body, /<rpid:away\/>/)
  assert.doesNotMatch(notify.body, /busy/)
  await nothingMore(agent, alice)
})

test("RFC 8048 §6.2: XMPP's show goes through composition, in its own words", async (t) => {
  const { agent, alice } = await watched(t)
  const show = '<show xmlns="jabber:client">xa</show>'
  agent.source.publish(
    XBOB,
    pidf(XBOB, 'open').replace('</basic></status>', `</basic>${show}</status>`),
  )
  const { body } = await alice.notify()
  assert.match(body, /<status><basic>open<\/basic><(\w+:)?show xmlns(:\w+)?="jabber:client">xa</)
})

test('RFC 8048 §6.2: resources are tuples of their own, with id, priority, note and its language', async (t) => {
  const { agent, alice } = await watched(t)
  const tuple = (id: string, priority: string, note: string) =>
    `<tuple id="${id}"><status><basic>open</basic></status>` +
    `<contact priority="${priority}">im:bob@xmpp.example</contact>${note}</tuple>`
  const document =
    `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:bob@xmpp.example">` +
    tuple('ID-balcony', '1', '<note xml:lang="cs">na balk\u00f3n\u011b</note>') +
    tuple('ID-garden', '0.5', '') +
    '</presence>'
  agent.source.publish(XBOB, document)
  const { body } = await alice.notify()
  assert.match(body, /<tuple id="ID-balcony">.*priority="1".*xml:lang="cs">na balkóně</s)
  assert.match(body, /<tuple id="ID-garden">.*priority="0\.5"/s)
})

test('RFC 3903 §4.2: it does not expire while the gateway stands by it', async (t) => {
  const { agent, alice, dialog } = await watched(t)
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await alice.notify()
  for (let hours = 0; hours < 48; hours++) {
    await alice.refresh(dialog, 7200)
    assert.equal(basicIn(await alice.notify()), 'open')
    await agent.advance(3_600_000)
  }
  await nothingMore(agent, alice)
})

/*
 *  alice          agent          gateway
 *   |              |<---open--------|
 *   |<---NOTIFY----|  open
 *   |            killed, and started again
 *   |--SUBSCRIBE-->|  refresh
 *   |<---NOTIFY----|  open: what it said last holds for a minute
 *   |              |<---open--------|  said again: nobody hears
 *   |            killed, and started without its gateway
 *   |              |  a minute later
 *   |<---NOTIFY----|  closed
 */
test('a restart keeps what the gateway said, for as long as it takes to say it again', async (t) => {
  const { agent, alice, dialog } = await watched(t)
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await alice.notify()
  await agent.restart(() => {
    agent.clock.advance(600_000 - 1)
  })
  await alice.refresh(dialog, 7200)
  assert.equal(basicIn(await alice.notify()), 'open')
  await agent.advance(59_000)
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await agent.advance(0)
  await setImmediate()
  await agent.advance(3_600_000)
  await nothingMore(agent, alice)
  await agent.restart()
  await agent.advance(59_000)
  await nothingMore(agent, alice)
  await agent.advance(2_000)
  assert.equal(basicIn(await alice.notify()), 'closed')
  await nothingMore(agent, alice)
  assert.deepEqual(await storedPublications(agent), [])
})

test('what was said again just when it was to end stays', async (t) => {
  const { agent, alice, dialog } = await watched(t)
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await alice.notify()
  await agent.restart()
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  agent.clock.advance(61_000)
  await nothingMore(agent, alice)
  await alice.refresh(dialog, 600)
  assert.equal(basicIn(await alice.notify()), 'open')
})

test('what is no PIDF, or too long, is dropped and logged; what was known stays', async (t) => {
  const warnings: object[] = []
  const log: Log = { ...silentLog, warn: (fields) => void warnings.push(fields) }
  const { agent, alice, dialog } = await watched(t, { agent: { log } })
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await alice.notify()
  for (const bad of ['', '<presence', '<x/>', pidf(XBOB, 'open', ' '.repeat(70_000))]) {
    agent.source.publish(XBOB, bad)
  }
  await nothingMore(agent, alice)
  assert.equal(warnings.length, 4)
  await alice.refresh(dialog, 600)
  assert.equal(basicIn(await alice.notify()), 'open')
})

test('the gateway tells of its own people alone', async (t) => {
  const { agent } = await startBesideNeighbour(t)
  const alice = await agent.phone('alice')
  await alice.subscribe(ALICE)
  await alice.notify()
  agent.source.publish(ALICE, pidf(ALICE, 'open'))
  await nothingMore(agent, alice)
  assert.deepEqual(await storedPublications(agent), [])
})

test('there is an end to what a gateway may make this agent keep', async (t) => {
  const { agent, alice } = await watched(t, { agent: { limits: { publications: 1 } } })
  const phone = await agent.phone('alice')
  await phone.publish(pidf(ALICE, 'open'))
  agent.source.publish(XBOB, pidf(XBOB, 'open'))
  await nothingMore(agent, alice)
  assert.deepEqual(
    (await storedPublications(agent)).map(({ presentity }) => presentity),
    [ALICE],
  )
})

test('RFC 5263 §4: who asks for parts is told what has changed of somebody in XMPP', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  neighbour.says = 'allow'
  const alice = await agent.phone('alice')
  const long = `<dm:note>${'a long story '.repeat(30)}</dm:note>`
  const document = (activity: string) =>
    pidf(XBOB, 'open', person(activity).replace('</dm:person>', `${long}</dm:person>`))
  agent.source.publish(XBOB, document('busy'))
  await alice.subscribe(XBOB, ['Expires: 600', 'Accept: application/pidf-diff+xml'])
  assert.match((await alice.notify()).body, /pidf-full/)
  agent.source.publish(XBOB, document('away'))
  assert.match((await alice.notify()).body, /<(\w+:)?pidf-diff.*away/s)
})

async function putIcon({ store }: AgentHarness, token: string): Promise<void> {
  const bytes = Buffer.from(token)
  const hashed = (name: string) => createHash(name).update(bytes).digest('hex')
  const icon = {
    ...{ mediaType: 'image/png' as const, width: 1, height: 1, size: bytes.length },
    ...{ hash: hashed('sha256'), sha1: hashed('sha1'), bytes, token },
  }
  const contentType = 'application/vnd.oma.pres-content+xml'
  await store.documents.put(ICON, { contentType, body: bytes, icon }, {})
}

const ICON = { auid: PRES_CONTENT, tree: XBOB, path: 'oma_status-icon/avatar.png' }
const iconsIn = ({ body }: { body: string }) =>
  [...body.matchAll(/<(?:c:icon|rpid:status-icon)>([^<]*)</g)].map(([, url]) => url)

/*
 *  alice          agent           store
 *   |              |<---change------|  bob's picture from XMPP is stored
 *   |<---NOTIFY----|  both icons
 *   |              |<---change------|  another, then none
 *   |<---NOTIFY----|
 */
test('RFC 4482 §3.4: the picture of somebody in XMPP is announced to those they let in, and its end too', async (t) => {
  const { agent, alice, say } = await watched(t)
  const pending = await agent.phone('alice')
  for (const token of ['aaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbb']) {
    await putIcon(agent, token)
    const url = `${ICONS_URL}/i/${token}.png`
    assert.deepEqual(iconsIn(await alice.notify()), [url, url])
  }
  await agent.store.documents.delete(ICON, {})
  assert.deepEqual(iconsIn(await alice.notify()), [])
  await putIcon(agent, 'cccccccccccccccccccccc')
  await alice.notify()
  say('confirm')
  assert.deepEqual(iconsIn(await alice.notify()), [])
  await pending.subscribe(XBOB)
  assert.deepEqual(iconsIn(await pending.notify()), [])
})

test('Blink is not sent to a document of somebody in XMPP, which is not served', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  neighbour.says = 'allow'
  await putIcon(agent, 'aaaaaaaaaaaaaaaaaaaaaa')
  const alice = await agent.phone('alice')
  await alice.subscribe(XBOB, ['Expires: 600', 'User-Agent: Blink 5.9.1 (Linux)'])
  const notify = await alice.notify()
  assert.equal(iconsIn(notify).length, 2)
  assert.doesNotMatch(notify.body, /xcap-root/)
})

for (const [says, may] of [
  ['allow', true],
  ['confirm', false],
  ['polite-block', false],
  ['block', false],
] as const) {
  test(`RFC 5025 §3.2.1: who watches somebody in XMPP sees the picture itself: ${says} is ${String(may)}`, async (t) => {
    const { agent, neighbour } = await startBesideNeighbour(t)
    neighbour.says = says
    // As the XCAP server asks, which knows of no neighbours.
    const domain = {
      ...{ name: 'example.com', realm: 'example.com', aliases: [] },
      ...({ defaultPolicy: 'allow', externalAccounts: false } as const),
    }
    assert.equal(await agent.maySeeIcon({ aor: XBOB, domain }, ALICE), may)
  })
}
