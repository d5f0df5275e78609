/** Pairs on a desk: a store in memory, a presence source and streams that the test plays, a clock that it steps. */
import { attributeOf, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Change } from '../../core/model/change-feed.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import { silentLog } from '../../core/model/log.ts'
import type { PresenceSource, WatchStanding } from '../../core/model/presence-source.ts'
import type { PairWrite } from '../../core/model/stores.ts'
import { aorDomain, parseAor, type Aor } from '../../core/uri/aor.ts'
import { errorStanza } from '../../xmpp-gateway/error-stanza.ts'
import { parseJid } from '../../xmpp-gateway/jid.ts'
import type { ContactResource, Pair } from '../../xmpp-gateway/pair.ts'
import { createPairs } from '../../xmpp-gateway/pairs/create-pairs.ts'
import type { PairsOptions } from '../../xmpp-gateway/pairs/pairs-options.ts'
import { StanzaError, type StanzaCondition } from '../../xmpp-gateway/stanza-error.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import type { PresenceType } from '../../xmpp-gateway/streams.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { createRecordedStreams } from './recorded-streams.ts'

/** Alice is of a domain of ours, Fiona of one that is reached through the proxy; Bob is an XMPP contact. */
export const ALICE = 'alice@sip.example'
export const FIONA = 'fiona@far.example'
export const BOB = 'bob@xmpp.example'
export const alice = parseAor('sip:alice@sip.example')!
export const fiona = parseAor('sip:fiona@far.example')!
export const bob = parseAor('sip:bob@xmpp.example')!

export const ACTIVE: Extract<WatchStanding, { state: 'active' }> = {
  state: 'active',
  document: '<presence/>',
  handling: 'allow',
  showsIcon: true,
}
export const PENDING: WatchStanding = { state: 'pending' }
export const REJECTED: WatchStanding = {
  state: 'terminated',
  reason: 'rejected',
  isFinal: true,
}

export function createMemoryStore() {
  const records = new Map<string, ContactPair>()
  const nameOf = ({ user, contact }: Pick<ContactPair, 'user' | 'contact'>) => `${user} ${contact}`
  const store = {
    records,
    isFull: false,
    batches: 0,
    async *pairs() {
      await Promise.resolve()
      yield* [...records.values()]
    },
    async writePairs(writes: readonly PairWrite[]) {
      await new Promise((next) => setImmediate(next))
      if (store.isFull) throw new Error('the disk is full')
      store.batches++
      for (const write of writes) {
        if ('put' in write) records.set(nameOf(write.put), write.put)
        else records.delete(nameOf(write.remove))
      }
    },
  }
  return store
}

interface ScriptedWatch {
  readonly presentity: Aor
  readonly watcher: Aor
  readonly since: number
  isOpen: boolean
  hears(standing: WatchStanding): void
}

export function createScriptedSource() {
  const watches: ScriptedWatch[] = []
  const nowhere = new Set<Aor>()
  const reconsidered: Aor[] = []
  const source: PresenceSource = {
    watch(wanted, hears) {
      const watch: ScriptedWatch = { ...wanted, hears, isOpen: true }
      watches.push(watch)
      return {
        close() {
          watch.isOpen = false
        },
      }
    },
    publish: () => undefined,
    reconsider: (contact) => void reconsidered.push(contact),
    exists: (aor) =>
      nowhere.has(aor) ? 'nowhere' : aorDomain(aor) === 'sip.example' ? 'here' : 'elsewhere',
  }
  return { source, watches, nowhere, reconsidered }
}

export type PairsDesk = Awaited<ReturnType<typeof createPairsDesk>>

export async function createPairsDesk({
  store = createMemoryStore(),
  clock = createManualClock(),
  ...wanted
}: Partial<PairsOptions> & {
  store?: ReturnType<typeof createMemoryStore>
  clock?: ReturnType<typeof createManualClock>
} = {}) {
  const streams = createRecordedStreams()
  const scripted = createScriptedSource()
  const listeners = new Set<(change: Change) => void>()
  const control = createPairs({
    ...{ store, clock, streams, log: silentLog },
    source: scripted.source,
    changes: {
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    userDomains: ['sip.example', 'far.example'],
    contactDomains: ['xmpp.example'],
    isOurs: (user) => aorDomain(user) === 'sip.example',
    subscribeBack: false,
    limits: { pairs: 100, perUser: 10, perContact: 10 },
    ...wanted,
  })
  const news: string[] = []
  control.pairs.follow({
    authorized: ({ record }, before, after) =>
      news.push(`authorized ${record.user} ${relation(before)} > ${relation(after)}`),
    forgotten: ({ userJid }) => news.push(`forgotten ${userJid}`),
    shown: ({ userJid, contactJid }, to) => news.push(`shown ${userJid} > ${to ?? contactJid}`),
    resource: ({ contactJid }, now, before) => {
      const what = now && before ? 'changed' : now ? 'came' : 'gone'
      news.push(`${what} ${contactJid}/${(now ?? before)!.resource}`)
    },
  })
  await control.start()
  const desk = {
    ...{ store, clock, streams, control, news, ...scripted },
    /** As the router hands it on; what the handler throws is answered. */
    receive(
      type: PresenceType,
      from: string,
      to: string,
      id?: string,
      condition?: StanzaCondition,
    ) {
      const head = { from, to, type, ...(id !== undefined && { id }) }
      const received =
        type === 'error'
          ? errorStanza(
              stanza('presence', { from: to, to: from, ...(id !== undefined && { id }) }),
              new StanzaError(condition ?? 'undefined-condition', 'cancel'),
            )!
          : stanza('presence', head)
      try {
        const presence = { from: parseJid(from)!, to: parseJid(to)!, stanza: received }
        control.presence[type]?.(presence)
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error
        streams.send(errorStanza(received, error)!)
      }
    },
    /** Says how the newest open watch of this user stands. */
    async stand(user: Aor, standing: WatchStanding) {
      desk.watchOf(user)!.hears(standing)
      await turns()
    },
    /** Bob asks this user, and is let in. */
    async approve(user = alice) {
      desk.receive('subscribe', BOB, user.slice('sip:'.length))
      await desk.stand(user, ACTIVE)
      await desk.told()
      news.length = 0
    },
    watchOf: (user: Aor) =>
      scripted.watches.findLast(({ presentity, isOpen }) => presentity === user && isOpen),
    /** What was sent, when all is written: `subscribed alice@sip.example > bob@xmpp.example`. */
    async told(): Promise<string[]> {
      await turns()
      return streams.takeStanzas().map(brief)
    },
    takeNews: () => news.splice(0),
    pair: (user = alice, contact = bob): Pair | undefined => control.pairs.find(user, contact),
    relation: (user = alice) => relation(desk.pair(user)?.record),
    change(change: Change) {
      for (const listener of listeners) listener(change)
    },
    async stepMinutes(minutes: number) {
      for (let passed = 0; passed < minutes; passed++) {
        clock.advance(60_000)
        await turns()
      }
    },
  }
  return desk
}

/** As many turns of the event loop as a change needs to be written and told. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((next) => setImmediate(next))
}

/** `to/from` */
export function relation(record: ContactPair | undefined): string {
  return record ? `${record.to}/${record.from}` : 'strangers'
}

function brief(element: XmlElement): string {
  const [type, from, to] = ['type', 'from', 'to'].map((name) => attributeOf(element, name))
  const error = element.children.find((child) => typeof child !== 'string')
  const conditions = typeof error === 'object' && error.children[0]
  const condition = typeof conditions === 'object' ? ` ${conditions.name}` : ''
  return `${type}${condition} ${from} > ${to}`
}

export function resource(name: string): ContactResource {
  return {
    resource: name,
    show: undefined,
    statuses: [],
    priority: 0,
    capabilities: undefined,
    photo: undefined,
  }
}
