/** Neighbour store on PostgreSQL: pairs of a user and a contact in another network, and what contacts' software can do. */
import type { ContactPair } from '../../model/contact-pair.ts'
import type { NeighbourStore, PairWrite } from '../../model/stores.ts'
import type { Aor } from '../../uri/aor.ts'
import { createTurns } from '../turns.ts'
import type { Query } from './connection.ts'
import { PAGE, readPages } from './pages.ts'
import { originalText, storedText } from './stored-text.ts'

/** About 2 KB each. What falls out is asked for again. */
const MOST_CAPABILITIES = 4_096

export function createNeighbourStore({
  query,
  mostCapabilities = MOST_CAPABILITIES,
}: {
  query: Query
  mostCapabilities?: number
}): NeighbourStore {
  const turns = createTurns()
  return {
    async *pairs() {
      for await (const { record } of readPages<PairRow>(query, PAIRS, ['user_aor', 'contact'])) {
        yield record
      }
    },
    async writePairs(writes) {
      // In the order in which they were asked for.
      if (writes.length > 0) await turns.take('pairs', () => writePairs(query, writes))
    },
    async *listed() {
      for await (const { user_aor, contacts } of readPages<ListedRow>(query, LISTED, [
        'user_aor',
      ])) {
        yield { user: originalText(user_aor) as Aor, contacts }
      }
    },
    writeListed: (user, contacts) => turns.take(user, () => writeListed(query, user, contacts)),
    async *capabilities() {
      for (const { hash, features } of await query<CapabilitiesRow>(CAPABILITIES)) {
        yield { hash: originalText(hash), features }
      }
    },
    async rememberCapabilities(hash, features) {
      await query({ ...REMEMBER, values: [storedText(hash), JSON.stringify(features)] })
      await query({ ...FORGET_OLDEST, values: [mostCapabilities] })
    },
  }
}

interface PairRow {
  readonly user_aor: string
  readonly contact: string
  readonly record: ContactPair
}

interface ListedRow {
  readonly user_aor: string
  readonly contacts: readonly Aor[]
}

interface CapabilitiesRow {
  readonly hash: string
  readonly features: readonly string[]
}

const PAIRS = {
  name: 'pairs',
  text: `SELECT user_aor, contact, record FROM contact_pair WHERE (user_aor, contact) > ($1, $2)
    ORDER BY user_aor, contact LIMIT ${PAGE}`,
}
const LISTED = {
  name: 'listed',
  text: `SELECT user_aor, contacts FROM listed_contacts WHERE user_aor > $1 ORDER BY user_aor LIMIT ${PAGE}`,
}
const CAPABILITIES = {
  name: 'capabilities',
  text: 'SELECT hash, features FROM capabilities ORDER BY hash',
}

const WRITE_PAIRS = {
  name: 'write-pairs',
  text: `WITH removed AS (
    DELETE FROM contact_pair USING unnest($4::text[], $5::text[]) AS unwanted (user_aor, contact)
    WHERE contact_pair.user_aor = unwanted.user_aor AND contact_pair.contact = unwanted.contact)
  INSERT INTO contact_pair (user_aor, contact, record)
  SELECT * FROM unnest($1::text[], $2::text[], $3::json[])
  ON CONFLICT (user_aor, contact) DO UPDATE SET record = excluded.record`,
}

async function writePairs(query: Query, writes: readonly PairWrite[]): Promise<void> {
  // What is written twice in one batch is as it was written last.
  const last = new Map(writes.map((write) => [nameOf(pairIn(write)), write]))
  const all = [...last.values()]
  const put = all.flatMap((write) => ('put' in write ? [write.put] : []))
  const removed = all.flatMap((write) => ('remove' in write ? [write.remove] : []))
  const names = (pairs: readonly PairName[]) => [
    pairs.map(({ user }) => storedText(user)),
    pairs.map(({ contact }) => storedText(contact)),
  ]
  const records = put.map((pair) => JSON.stringify(pair))
  await query({ ...WRITE_PAIRS, values: [...names(put), records, ...names(removed)] })
}

type PairName = Pick<ContactPair, 'user' | 'contact'>

const pairIn = (write: PairWrite): PairName => ('put' in write ? write.put : write.remove)
const nameOf = ({ user, contact }: PairName) => `${user}\0${contact}`

const WRITE_LISTED = {
  name: 'write-listed',
  text: `INSERT INTO listed_contacts (user_aor, contacts) VALUES ($1, $2)
  ON CONFLICT (user_aor) DO UPDATE SET contacts = excluded.contacts`,
}
const REMOVE_LISTED = {
  name: 'remove-listed',
  text: 'DELETE FROM listed_contacts WHERE user_aor = $1',
}

async function writeListed(query: Query, user: Aor, contacts: readonly Aor[]): Promise<void> {
  if (contacts.length === 0) await query({ ...REMOVE_LISTED, values: [storedText(user)] })
  else await query({ ...WRITE_LISTED, values: [storedText(user), JSON.stringify(contacts)] })
}

const REMEMBER = {
  name: 'remember',
  text: `INSERT INTO capabilities (hash, features) VALUES ($1, $2)
  ON CONFLICT (hash) DO UPDATE SET features = excluded.features, met = excluded.met`,
}
const FORGET_OLDEST = {
  name: 'forget-oldest',
  text: `DELETE FROM capabilities
  WHERE met <= (SELECT met FROM capabilities ORDER BY met DESC OFFSET $1 LIMIT 1)`,
}
