/**
 * G1: 200 contacts with three resources each, who all see one SIP user and are seen: nothing goes round in circles, nothing grows.
 * For a minute; `npm run soak` takes ten (VISAGE_LOAD_SECONDS).
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { openBareClient, type BareClient } from './bare-client.ts'
import { until } from './friends.ts'
import { plainPicture } from './pictures.ts'
import { PROSODY, testsWith } from './programs.ts'
import { presenceDocument, type SipUser } from './sip-user.ts'
import { startWorld, XMPP_PASSWORD, type World } from './world.ts'
import { SIP_DOMAIN, XMPP_DOMAIN } from './xmpp-server.ts'

const SECONDS = Number(process.env['VISAGE_LOAD_SECONDS'] ?? 60)
const CONTACTS = 200
const RESOURCES = ['desk', 'phone', 'pad']
/** Seconds between two of the user's changes, of her pictures, and of a contact's. */
const STEP = 2
const PICTURE_EVERY = 20

testsWith(PROSODY)(
  `G1: ${CONTACTS} contacts × ${RESOURCES.length} resources for ${SECONDS} seconds: no stanza too many, no memory that grows`,
  async (t) => {
    const names = Array.from({ length: CONTACTS }, (_, number) => `c${number}`)
    const world = await startWorld({ users: ['alice'], people: names })
    t.after(() => world.end())
    const alice = world.user('alice')
    await alice.publish(presenceDocument(alice.aor, 'open', { note: 'first' }))
    const clients = await openAll(world, names)
    t.after(() => {
      for (const client of clients) client.close()
    })
    for (const client of clients) client.presence('there')
    // One resource of each asks.
    const asking = clients.filter((_, number) => number % RESOURCES.length === 0)
    for (const client of asking) client.subscribe(alice.jid)
    const phone = await watchAll(alice, names)
    t.after(() => phone.close())
    await Promise.all(asking.map(({ friends }) => friends))
    await quiet(clients)
    for (const client of clients) client.reset()

    const memory = [await residentMegabytes(world)]
    let [changes, pictures] = [0, 0]
    const end = Date.now() + SECONDS * 1000
    while (Date.now() < end) {
      const stepEnds = Date.now() + STEP * 1000
      await alice.publish(presenceDocument(alice.aor, 'open', { note: `step ${++changes}` }))
      clients[(changes * 7) % clients.length]?.presence(`step ${changes}`)
      await setTimeout(Math.max(0, stepEnds - Date.now()))
      if (changes % (PICTURE_EVERY / STEP) === 0) {
        await alice.putIcon(await plainPicture(`rgb(${++pictures % 256},10,20)`))
        await setTimeout(STEP * 1000)
        memory.push(await residentMegabytes(world))
      }
    }
    await quiet(clients)
    const [presence, messages] = [sum(clients, 'presence'), sum(clients, 'messages')]
    const expected = {
      presence: (changes + pictures) * clients.length,
      messages: pictures * clients.length,
    }
    t.diagnostic(
      `${presence} presences, ${messages} events; ${memory.map(Math.round).join(' ')} MB`,
    )
    assert.ok(
      presence <= expected.presence * 1.05,
      `${presence} presences, not ${expected.presence}`,
    )
    assert.ok(messages <= expected.messages * 1.05, `${messages} events, not ${expected.messages}`)
    assert.ok(messages >= expected.messages, `${messages} events, not ${expected.messages}`)
    const [early = 0, late = 0] = [memory[1], memory.at(-1)]
    assert.ok(late < early * 1.2 + 20, `memory: ${memory.join(', ')} MB`)
  },
)

/** Her phone watches each of them, whom she asks thereby to let her. */
async function watchAll({ phone }: SipUser, names: readonly string[]) {
  const closing = new AbortController()
  const answering = (async () => {
    while (!closing.signal.aborted) {
      const isNotify = ({ method }: { method: string }) => method === 'NOTIFY'
      const notify = await phone.client.receive(isNotify, 'a NOTIFY', 300).catch(() => undefined)
      if (notify) phone.answer(notify, 200)
    }
  })()
  for (const name of names) await phone.subscribe(`sip:${name}@${XMPP_DOMAIN}`, ['Expires: 3600'])
  return {
    close: async () => {
      closing.abort()
      await answering
    },
  }
}

async function openAll(world: World, names: readonly string[]): Promise<BareClient[]> {
  const clients: BareClient[] = []
  for (const name of names) {
    const opened = RESOURCES.map((resource) =>
      openBareClient({
        jid: `${name}@${XMPP_DOMAIN}/${resource}`,
        password: XMPP_PASSWORD,
        port: world.server.clientPort,
        sipDomain: SIP_DOMAIN,
      }),
    )
    clients.push(...(await Promise.all(opened)))
  }
  return clients
}

const sum = (clients: readonly BareClient[], what: 'presence' | 'messages') =>
  clients.reduce((total, { count }) => total + count[what], 0)

/** Until nothing has come for two seconds. */
async function quiet(clients: readonly BareClient[]): Promise<void> {
  const total = () => sum(clients, 'presence') + sum(clients, 'messages')
  let [last, since] = [total(), Date.now()]
  const isQuiet = () => {
    if (total() !== last) [last, since] = [total(), Date.now()]
    return Date.now() - since > 2_000
  }
  await until(isQuiet, () => 'stanzas came without end', 30_000)
}

async function residentMegabytes({ visage }: World): Promise<number> {
  const status = await readFile(`/proc/${visage.server.child.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}
