/** Roster names: a user gets her name and a group in the contact's roster, where its server allows it. XEP-0356 §4.3, RFC 6121 §2.3. */
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import type { Log } from '../../core/model/log.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import { createFairQueue } from '../disco/fair-queue.ts'
import { parseJid } from '../jid.ts'
import type { Pair, Pairs } from '../pair.ts'
import { childOf } from '../stanza.ts'
import type { Streams } from '../streams.ts'
import type { Privileges } from './privileges.ts'

const ROSTER = 'jabber:iq:roster'

/** Of all SIP contacts, in the contact's roster. */
export const SIP_GROUP = 'SIP'

/** Contacts whose rosters are read at once, others that wait, and users who wait for one of them. */
const BOUNDS = { concurrency: 8, waiting: 10_000, waitingInLane: 100 }

export interface RosterNamesOptions {
  readonly privileges: Pick<Privileges, 'allow'>
  readonly pairs: Pick<Pairs, 'find'>
  readonly streams: Pick<Streams, 'request'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly log: Log
}

export interface RosterNames {
  /** Whether this is the way for that pair. */
  readonly allow: Privileges['allow']
  /** Once, and only where the contact has given her no name himself. */
  give(pair: Pair): void
}

export function createRosterNames(options: RosterNamesOptions): RosterNames {
  const { privileges, log } = options
  const queue = createFairQueue(BOUNDS)
  let hasFailed = false
  return {
    allow: privileges.allow,
    give(pair) {
      queue
        .run(pair.contactJid, () => giveName(pair, options))
        .catch((error: unknown) => {
          const { user, contact } = pair.record
          const said = { reason: String(error), user, contact }
          log[hasFailed ? 'debug' : 'warn'](said, 'A roster could not be read or written')
          hasFailed = true
        })
    },
  }
}

/** There are no pushes to rely on: it is read each time. */
async function giveName(pair: Pair, options: RosterNamesOptions): Promise<void> {
  const { streams, accounts } = options
  const account = await accounts.find(pair.record.user)
  if (!isWanted(pair, options)) return
  const result = await streams.request(rosterIq(pair, 'get'))
  const item = itemOf(pair, childOf(result, ROSTER, 'query'))
  if (!item || !isWanted(pair, options)) return
  const named = namedItem(pair, item, account?.name)
  if (named) await streams.request(rosterIq(pair, 'set', [named]))
}

function isWanted(pair: Pair, { pairs, privileges }: RosterNamesOptions): boolean {
  const { user, contact } = pair.record
  return pairs.find(user, contact)?.record.to === 'granted' && privileges.allow(pair)
}

function rosterIq(pair: Pair, type: 'get' | 'set', items: readonly XmlElement[] = []) {
  const from = pair.userJid.slice(pair.userJid.indexOf('@') + 1)
  return { type, from, to: pair.contactJid, child: xmlElement(ROSTER, 'query', items) }
}

/** Undefined: he has taken her off. */
function itemOf({ userJid }: Pair, query: XmlElement | undefined): XmlElement | undefined {
  if (!query) return undefined
  return elementsOf(query)
    .filter((item) => isNamed(item, ROSTER, 'item'))
    .find((item) => parseJid(attributeOf(item, 'jid') ?? '')?.bare === userJid)
}

/** With his groups, since a set replaces them, and without `subscription`, which is not changed by one. Undefined: it stays his. */
function namedItem(
  { userJid }: Pair,
  item: XmlElement,
  name: string | undefined,
): XmlElement | undefined {
  if ((attributeOf(item, 'name') ?? '').trim() !== '') return undefined
  const groups = elementsOf(item).filter((child) => isNamed(child, ROSTER, 'group'))
  const isGrouped = groups.some((group) => textOf(group) === SIP_GROUP)
  if (name === undefined && isGrouped) return undefined
  const attributes = [xmlAttribute('jid', userJid)]
  if (name !== undefined) attributes.push(xmlAttribute('name', name))
  if (!isGrouped) groups.push(xmlElement(ROSTER, 'group', [SIP_GROUP]))
  return xmlElement(ROSTER, 'item', groups, attributes)
}
