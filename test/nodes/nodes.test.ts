/*
 * Three nodes on one database, whose primary dies: whoever publishes where, every watcher is told, and nothing
 * that was acknowledged is lost.
 *
 *  alice      node A     PostgreSQL     node B, node C     bob, carol
 *    |--PUBLISH->|--- write --->|             |               |
 *    |<--200-----|              |-- change -->|--- NOTIFY --->|
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import type { Phone } from '../presence/phone.ts'
import { isInstalled } from '../setup/debian-tools.mjs'
import { PASSWORD, run } from '../support/visage-process.ts'
import { createXcapCaller } from '../xcap/support/xcap-caller.ts'
import { healthOf, noted, startThreeNodes, told, until, type ThreeNodes } from './three-nodes.ts'

const ALICE = 'sip:alice@localhost'

let three: ThreeNodes
let alice: Phone
/** Watchers at the second node and at the third. */
let bob: Phone
let carol: Phone
let bobs: Awaited<ReturnType<Phone['subscribe']>>

const missing = isInstalled('postgres') ? false : 'postgres is missing: apt-get install postgresql'

describe('three nodes on one database', { skip: missing }, () => {
  before(async () => {
    three = await startThreeNodes(['alice', 'bob', 'carol', 'dora'])
    const [a, b, c] = three.nodes
    alice = await three.phone(a, 'alice')
    bob = await three.phone(b, 'bob')
    carol = await three.phone(c, 'carol')
    bobs = await bob.subscribe(ALICE)
    await carol.subscribe(ALICE)
  })

  after(() => three.end())

  test('what is published on one node is told to watchers of the others', async (t) => {
    const times: number[] = []
    let tag = tagOf(await alice.publish(noted('alice', 'first')))
    await Promise.all([told(bob, 'first'), told(carol, 'first')])
    for (let round = 0; round < 20; round++) {
      const began = performance.now()
      const answer = alice.publish(noted('alice', `round ${round}`), [`SIP-If-Match: ${tag}`])
      const heard = [bob, carol].map(async (watcher) => {
        await told(watcher, `round ${round}`)
        times.push(performance.now() - began)
      })
      tag = tagOf(await answer)
      await Promise.all(heard)
    }
    const median = times.sort((one, other) => one - other)[times.length / 2] ?? Infinity
    t.diagnostic(`PUBLISH on one node to NOTIFY by another: ${median.toFixed(1)} ms at the median`)
    assert.ok(median < 1_000)
  })

  test('visage explain on one node knows the subscription that another holds, and names it', async () => {
    const { data } = three.nodes[0]
    const { stdout } = await run('visage', ['explain', 'bob@localhost', ALICE, '--data', data])
    assert.match(stdout, /^subscription {2}active, .*, at b$/m)
    assert.doesNotMatch(stdout, /has no subscription/)
  })

  test('an icon that is put on one node is told to watchers of the others, who get it anywhere', async () => {
    const [a, b] = three.nodes
    const put = createXcapCaller({ port: a.httpPort, password: PASSWORD })
    const image = sharp({ create: { width: 64, height: 64, channels: 3, background: '#3366cc' } })
    const path = `/xcap-root/oma_status-icon/users/${ALICE}/face.png`
    const headers = { 'Content-Type': 'image/png' }
    const body = await image.png().toBuffer()
    assert.equal((await put('PUT', path, { as: 'alice', body, headers })).status, 201)
    const [notify] = await Promise.all([told(bob, '/i/'), told(carol, '/i/')])
    const token = /\/i\/[^<]*/.exec(notify.body)?.[0] ?? ''
    assert.equal((await fetch(`http://127.0.0.1:${b.httpPort}${token}`)).status, 200)
  })

  test('RFC 3903 §6: of modifications on two nodes at once one is accepted, the other gets 412', async () => {
    const [, b] = three.nodes
    const [here, there] = [await three.phone(three.nodes[0], 'dora'), await three.phone(b, 'dora')]
    let tag = tagOf(await here.publish(noted('dora', 'begin')))
    for (let round = 0; round < 10; round++) {
      const header = [`SIP-If-Match: ${tag}`]
      const answers = await Promise.all([
        here.publish(noted('dora', 'here'), header),
        there.publish(noted('dora', 'there'), header),
      ])
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412])
      tag = tagOf(answers.find(({ status }) => status === 200)!)
    }
  })

  test('kill -9 of a node: its watcher goes on at another in the same dialog, publications intact', async () => {
    const [a, b] = three.nodes
    const through = await three.phone(b, 'alice')
    tagOf(await through.publish(noted('alice', 'through the second')))
    await told(bob, 'through the second')
    await b.server.stop('SIGKILL')
    const again = await three.phone(a, 'bob')
    const { callId, fromTag, toTag } = bobs
    const answer = await again.request('SUBSCRIBE', {
      ...{ uri: ALICE, callId, fromTag, toTag, cseq: 1_000 },
      headers: ['Event: presence', 'Expires: 600'],
    })
    assert.equal(answer.status, 200)
    await told(again, 'through the second')
    tagOf(await alice.publish(noted('alice', 'after the death')))
    await told(again, 'after the death')
    bob = again
  })

  test('a node cut off from the database answers 503 rather than lie, and catches up', async () => {
    const [, , c] = three.nodes
    const at = await three.phone(c, 'dora')
    for (const way of three.ways) way.cut()
    await until('it does not notice', async () => (await healthOf(c)) === 503)
    const options = await at.request('OPTIONS', { uri: ALICE })
    assert.equal(options.status, 503, 'a dispatcher sends nobody there')
    assert.ok(Number(options.header('retry-after')) > 0)
    await until('PUBLISH is not refused', async () => {
      const answer = await at.publish(noted('dora', 'cut off')).catch(() => undefined)
      return answer?.status === 503
    })
    const put = createXcapCaller({ port: c.httpPort, password: PASSWORD })
    const list = `/xcap-root/resource-lists/users/${ALICE}/index`
    assert.equal((await put('GET', list, { as: 'alice' })).status, 503)
    tagOf(await alice.publish(noted('alice', 'while it was cut off')))
    for (const way of three.ways) way.mend()
    await told(carol, 'while it was cut off')
    await until('it does not recover', async () => (await healthOf(c)) === 200)
  })

  test('kill -9 of the primary: the standby takes over, and nothing acknowledged is lost', async (t) => {
    const [a, , c] = three.nodes
    const phones = [await three.phone(a, 'dora'), await three.phone(c, 'dora')]
    const load = { acknowledged: 0, lost: 0, isOver: false }
    const loading = phones.map((phone) => modifyAgainAndAgain(phone, load))
    await until('nothing is acknowledged', () => load.acknowledged > 10)
    three.cluster.primary.kill('SIGKILL')
    const began = performance.now()
    await three.standby.promote()
    const before = load.acknowledged
    await until('nobody writes again', () => load.acknowledged > before + 10)
    t.diagnostic(`writes went on ${(performance.now() - began).toFixed(0)} ms after the death`)
    load.isOver = true
    await Promise.all(loading)
    assert.equal(load.lost, 0)
    tagOf(await alice.publish(noted('alice', 'after the primary')))
    await told(carol, 'after the primary')
  })

  test('nodes join and leave while the others go on', async () => {
    const joined = await three.join('d')
    const watcher = await three.phone(joined, 'dora')
    await watcher.subscribe(ALICE)
    await told(watcher, 'after the primary')
    tagOf(await alice.publish(noted('alice', 'to the new one')))
    await Promise.all([told(watcher, 'to the new one'), told(carol, 'to the new one')])
    await joined.server.stop('SIGTERM')
    tagOf(await alice.publish(noted('alice', 'without it')))
    await told(carol, 'without it')
  })
})

function tagOf(response: Awaited<ReturnType<Phone['publish']>>): string {
  assert.equal(response.status, 200)
  return response.header('sip-etag') ?? ''
}

/** Each time what was acknowledged last: it must still be there. */
async function modifyAgainAndAgain(
  phone: Phone,
  load: { acknowledged: number; lost: number; readonly isOver: boolean },
): Promise<void> {
  let tag: string | undefined
  for (let round = 0; !load.isOver; round++) {
    const header = tag === undefined ? [] : [`SIP-If-Match: ${tag}`]
    const answer = await phone
      .publish(noted('dora', `load ${round}`), header)
      .catch(() => undefined)
    if (answer?.status === 412) load.lost++
    if (answer?.status === 200) load.acknowledged++
    // Whether what was not answered is stored nobody can know.
    tag = answer?.status === 200 ? tagOf(answer) : undefined
  }
}
