import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeOf, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import { silentLog } from '../../core/model/log.ts'
import type { PresenceSource, WatchStanding } from '../../core/model/presence-source.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { parseJid } from '../../xmpp-gateway/jid.ts'
import { createPairs } from '../../xmpp-gateway/pairs/create-pairs.ts'
import { createContactPresence } from '../../xmpp-gateway/presence/contact-presence.ts'
import { createUserPresence } from '../../xmpp-gateway/presence/user-presence.ts'
import { stanza, STANZA_NAMESPACE } from '../../xmpp-gateway/stanza.ts'
import { createManualClock } from '../support/manual-clock.ts'

const USERS = ['alice', 'amy'].map((name) => parseAor(`sip:${name}@sip.example`)!)
const CONTACTS = Array.from({ length: 200 }, (_, n) => parseAor(`sip:c${n}@xmpp.example`)!)
const RESOURCES = ['desk', 'phone', 'tablet']
const PAIRS = USERS.length * CONTACTS.length

const pairs = USERS.flatMap((user) =>
  CONTACTS.map((contact): ContactPair => {
    return { user, contact, to: 'granted', from: 'granted', toSince: 0, fromSince: 0 }
  }),
)

/** What SIP users show: each document to all who watch. */
function createSipSide() {
  const watchers = new Map<Aor, Set<(standing: WatchStanding) => void>>()
  const published: Aor[] = []
  const source: PresenceSource = {
    watch({ presentity }, hears) {
      const ofUser = watchers.get(presentity) ?? new Set()
      watchers.set(presentity, ofUser.add(hears))
      return { close: () => ofUser.delete(hears) }
    },
    publish: (contact) => published.push(contact),
    reconsider: () => undefined,
    exists: () => 'here',
  }
  return {
    source,
    takePublished: () => published.splice(0),
    show(user: Aor, note: string) {
      const document = `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${user}"><tuple id="t"><status><basic>open</basic></status><note>${note}</note></tuple></presence>`
      for (const hears of watchers.get(user) ?? []) {
        hears({ state: 'active', document, handling: 'allow', showsIcon: true })
      }
    },
  }
}

/** A server whose users are all online with three clients: probes are answered, as servers do. */
function createXmppSide(hears: () => Hears) {
  const received = { available: 0, unavailable: 0, probe: 0 } as Record<string, number>
  const status = new Map<string, string>()

  function send(from: string, to: string): void {
    const said = xmlElement(STANZA_NAMESPACE, 'status', [status.get(from) ?? 'at first'])
    hears().available(from, to, stanza('presence', { from, to }, [said]))
  }

  return {
    /** From the gateway. */
    receive: (told: XmlElement) => {
      const [from = '', to = '', type = 'available'] = ['from', 'to', 'type'].map((name) =>
        attributeOf(told, name),
      )
      received[type] = (received[type] ?? 0) + 1
      if (type === 'probe') for (const resource of RESOURCES) send(`${to}/${resource}`, from)
    },
    broadcast(contact: Aor, resource: string, text: string) {
      const from = `${contact.slice(4)}/${resource}`
      status.set(from, text)
      for (const user of USERS) send(from, user.slice(4))
    },
    takeReceived() {
      const taken = { ...received }
      for (const type of Object.keys(received)) received[type] = 0
      return taken
    },
  }
}

interface Hears {
  available(from: string, to: string, stanza: XmlElement): void
  probe(from: string, to: string): void
}

async function startWorld() {
  const clock = createManualClock()
  const sip = createSipSide()
  const xmpp = createXmppSide(() => hears)
  const streams = { send: xmpp.receive, follow: () => () => undefined, isOnline: () => true }
  const shared = { source: sip.source, streams, clock, log: silentLog }
  const control = createPairs({
    ...shared,
    store: {
      // eslint-disable-next-line @typescript-eslint/require-await -- a store gives them one by one
      async *pairs() {
        yield* pairs
      },
      writePairs: () => Promise.resolve(),
    },
    changes: { subscribe: () => () => undefined },
    userDomains: ['sip.example'],
    contactDomains: ['xmpp.example'],
    isOurs: () => true,
    subscribeBack: true,
    limits: { pairs: 1_000, perUser: 1_000, perContact: 1_000 },
  })
  const contacts = createContactPresence({ ...shared, ...control })
  const close = createUserPresence({
    ...shared,
    pairs: control.pairs,
    avatars: { of: () => ({ state: 'none' }), follow: () => () => undefined },
  })
  const hears: Hears = {
    available: (from, to, told) => {
      contacts.handlers.available({ from: parseJid(from)!, to: parseJid(to)!, stanza: told })
    },
    probe: (from, to) => {
      const told = stanza('presence', { from, to, type: 'probe' })
      control.presence.probe?.({ from: parseJid(from)!, to: parseJid(to)!, stanza: told })
    },
  }
  await control.start()
  clock.advance(10_000)
  return {
    ...{ clock, sip, xmpp, hears },
    stop: async () => {
      await control.stop()
      contacts.close()
      close()
    },
  }
}

const NONE = { available: 0, unavailable: 0, probe: 0 }

test('G1: 200 contacts with 3 devices each and their users, both ways for ten minutes: not one stanza too many', async () => {
  const { clock, sip, xmpp, hears, stop } = await startWorld()
  // Each pair is asked for once; nobody has shown anything yet.
  assert.deepEqual(xmpp.takeReceived(), { ...NONE, probe: PAIRS })
  assert.equal(sip.takePublished().length, CONTACTS.length)

  for (let minute = 1; minute <= 10; minute++) {
    for (const contact of CONTACTS) {
      for (const resource of RESOURCES) xmpp.broadcast(contact, resource, `minute ${minute}`)
    }
    clock.advance(20_000)
    assert.deepEqual(xmpp.takeReceived(), NONE)
    assert.equal(sip.takePublished().length, CONTACTS.length)

    // Said again, as clients do to be sure.
    for (const contact of CONTACTS) xmpp.broadcast(contact, 'desk', `minute ${minute}`)
    for (const user of USERS) for (let n = 0; n < 3; n++) sip.show(user, `minute ${minute}`)
    clock.advance(20_000)
    assert.deepEqual(xmpp.takeReceived(), { ...NONE, available: PAIRS })

    for (const user of USERS) {
      for (const contact of CONTACTS) hears.probe(`${contact.slice(4)}/desk`, user.slice(4))
    }
    clock.advance(20_000)
    assert.deepEqual(xmpp.takeReceived(), { ...NONE, available: PAIRS })
    assert.equal(sip.takePublished().length, 0)
  }
  await stop()
  assert.deepEqual(xmpp.takeReceived(), { ...NONE, unavailable: PAIRS })
})
