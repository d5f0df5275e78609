/*
 * The process is killed under load and started again: nobody is forgotten, nobody hears anything old. DESIGN §5.
 *
 *  alice, carol             visage                 bob: raw UDP, raw TCP, `visage watch`
 *     |--- PUBLISH ---------->|------- NOTIFY (before) ----->|
 *     |--- PUBLISH, PUBLISH ->|------- NOTIFY, NOTIFY ------>|
 *     |                  kill -9                             |
 *     |                    start                             |
 *     |--- PUBLISH (If-Match)>|------- NOTIFY (after) ------>|  same dialog, CSeq above all before
 *     |                       |<------ SUBSCRIBE, refresh ---|  TCP: by a new connection
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createPhone, pidf, type Phone } from '../presence/phone.ts'
import { openSipClient, type SipText } from '../support/sip-client.ts'
import {
  PASSWORD,
  start,
  startVisage,
  type Running,
  type VisageProcess,
} from '../support/visage-process.ts'

const ALICE = 'sip:alice@localhost'
const CAROL = 'sip:carol@localhost'
const cseq = (message: SipText) => Number.parseInt(message.header('cseq') ?? '', 10)
const noted = (entity: string, note: string) => pidf(entity, 'open', `<note>${note}</note>`)
const ifMatch = (response: SipText) => `SIP-If-Match: ${response.header('sip-etag') ?? ''}`

let visage: VisageProcess
let watch: Running
const phones: Phone[] = []

async function phone(user: string, transport: 'UDP' | 'TCP' = 'UDP'): Promise<Phone> {
  const client = await openSipClient(visage.sipPort, transport)
  const made = createPhone(client, user, 'localhost', PASSWORD)
  phones.push(made)
  return made
}

before(async () => {
  const users = ['alice@localhost', 'bob@localhost', 'carol@localhost']
  visage = await startVisage({ users })
  watch = start('visage', ['watch', 'alice@localhost', '--json', ...visage.as('bob@localhost')])
})

after(async () => {
  await watch.stop()
  await Promise.all(phones.map(({ client }) => client.close()))
  await visage.end()
})

/** Answers the NOTIFYs of carol's state, and publishes it again and again until the server is killed. */
async function load(publisher: Phone, watcher: Phone, killed: AbortSignal): Promise<void> {
  let headers: string[] = []
  for (let count = 0; !killed.aborted; count++) {
    const response = await publisher.publish(noted(CAROL, `${count}`), headers).catch(() => null)
    if (!response) return
    headers = [ifMatch(response)]
    await watcher.notify().catch(() => null)
  }
}

test('kill -9 under load: publications and subscriptions are there again, CSeq rises, no document is stale or empty', async () => {
  const [alice, bob, bobByTcp] = [
    await phone('alice'),
    await phone('bob'),
    await phone('bob', 'TCP'),
  ]
  const published = await alice.publish(noted(ALICE, 'before'))
  const dialog = await bob.subscribe(ALICE)
  const byTcp = await bobByTcp.subscribe(ALICE)
  const [last, lastByTcp] = [await bob.notify(), await bobByTcp.notify()]
  await watch.line((line) => line.includes('"before"'))
  const [carol, carolsWatcher] = [await phone('carol'), await phone('bob')]
  await carolsWatcher.subscribe(CAROL)
  await carolsWatcher.notify()
  const killed = new AbortController()
  const loading = load(carol, carolsWatcher, killed.signal)
  await pause(200)
  const shownBefore = watch.lines.length
  // From here on the restarted server could answer, and the load would never end.
  killed.abort()
  await visage.restart('SIGKILL')
  await loading

  const refreshed = await alice.publish(undefined, [ifMatch(published)])
  assert.equal(refreshed.status, 200, 'the publication is known by its tag')
  const restated = await bob.notify()
  assert.match(restated.body, /<note>before</, 'a NOTIFY may have been cut off: the state is told')
  const modified = await alice.publish(noted(ALICE, 'after'), [ifMatch(refreshed)])
  assert.equal(modified.status, 200)
  const told = await bob.notify()
  assert.match(told.body, /<note>after</)
  assert.ok(cseq(told) > cseq(restated) && cseq(restated) > cseq(last))
  for (const name of ['call-id', 'from', 'to']) assert.equal(told.header(name), last.header(name))
  assert.equal((await bob.refresh(dialog, 600)).status, 200)
  assert.ok(cseq(await bob.notify()) > cseq(told))

  const again = await phone('bob', 'TCP')
  assert.equal((await again.refresh(byTcp, 600, 50)).status, 200)
  const toldByTcp = await again.notify()
  assert.match(toldByTcp.body, /<note>after</)
  assert.ok(cseq(toldByTcp) > cseq(lastByTcp))

  await watch.line((line) => line.includes('"after"'), shownBefore)
  for (const line of watch.lines.slice(shownBefore)) {
    const { basic, note } = JSON.parse(line) as { basic: string; note: string }
    assert.equal(basic, 'open')
    assert.match(note, /^(before|after)$/)
  }
})
