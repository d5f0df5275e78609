/** A roster on a desk: documents, accounts and pairs in a real store, pairs with streams and a presence agent that the test plays. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { INDEX_DOCUMENT, RESOURCE_LISTS, type Auid } from '../../core/model/document-id.ts'
import { createDomains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { openRoster } from '../../xmpp-gateway/roster/open-roster.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { recordingLog } from '../store/support/damage.ts'
import { ACTIVE, ALICE, alice, BOB, createMemoryStore, createPairsDesk } from './pairs-desk.ts'

const domains = createDomains([
  {
    ...{ name: 'sip.example', realm: 'sip.example', aliases: [] },
    ...{ defaultPolicy: 'allow', externalAccounts: false },
  },
])

async function openRosterStore(t: TestContext, log: Log): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-roster-'))
  const store = await openLevelStore({ folder, clock: createManualClock(), log })
  await store.accounts.put({ aor: alice, aliases: [], credentials: [] })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return store
}

interface Kept {
  readonly store: OpenedStore
  readonly pairStore: ReturnType<typeof createMemoryStore>
}

/** `kept`: what a desk has left in its stores. */
export async function createRosterDesk(
  t: TestContext,
  { subscribeBack = true, kept }: { subscribeBack?: boolean; kept?: Kept } = {},
) {
  const { log, lines } = recordingLog()
  const store = kept?.store ?? (await openRosterStore(t, log))
  const pairStore = kept?.pairStore ?? createMemoryStore()
  const clock = createManualClock()
  const pairs = await createPairsDesk({ store: pairStore, clock })
  const roster = await openRoster({
    ...{ ...store, clock, log, domains, subscribeBack, control: pairs.control },
    streams: pairs.streams,
    // No device of these tests says what it can do.
    capabilities: { featuresOf: () => new Set<string>() },
    allowance: { documents: 10, bytes: 100_000 },
    documentBytes: 20_000,
    userDomains: ['sip.example', 'far.example'],
    contactDomains: ['xmpp.example'],
  })
  const idOf = (user: Aor, path = INDEX_DOCUMENT) => ({ auid: RESOURCE_LISTS, tree: user, path })
  const stop = async () => {
    await roster.stop()
    await pairs.control.stop()
  }
  t.after(stop)
  let writes = 0
  /** What was written before is on the disk, and what follows from it: a write waits for those before it. */
  async function rest(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((next) => setTimeout(next, 10))
      const content = { contentType: 'text/plain', body: Buffer.from(`${++writes}`) }
      await store.documents.put({ ...idOf(alice), auid: 'marks' as Auid }, content, {})
    }
  }
  return {
    ...{ ...pairs, store, pairStore, clock, lines, stop },
    /** Bob asks alice, and is let in; what follows from that is not taken from `settled`. */
    async approve() {
      pairs.receive('subscribe', BOB, ALICE)
      await pairs.stand(alice, ACTIVE)
    },
    async put(text: string, path?: string, user = alice) {
      const content = { contentType: 'application/resource-lists+xml', body: Buffer.from(text) }
      await store.documents.put(idOf(user, path), content, {})
    },
    async delete(path?: string) {
      await store.documents.delete(idOf(alice, path), {})
    },
    async document(user = alice): Promise<string | undefined> {
      const stored = await store.documents.get(idOf(user))
      return stored && Buffer.from(stored.body).toString()
    },
    /** What was sent, once the lists have been looked at. */
    async settled(): Promise<string[]> {
      await rest()
      return (await pairs.told()).filter(isOfLists)
    },
    /** Whoever is moved from list to list has had his time. */
    async later(): Promise<string[]> {
      await rest()
      clock.advance(2_000)
      await rest()
      return (await pairs.told()).filter(isOfLists)
    },
  }
}

/** That she lets him see her is told, too. */
function isOfLists(told: string): boolean {
  return !/^(?:unavailable|subscribed) /.test(told)
}

/** Of one list with these entries. */
export function lists(...entries: readonly string[]): string {
  return documentOf(`<list name="friends">${entries.map(entry).join('')}</list>`)
}

export function documentOf(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${content}</resource-lists>`
}

function entry(uri: string): string {
  return `<entry uri="${uri}"/>`
}
