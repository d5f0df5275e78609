/** Suggestions: a contact who has let a user see him is offered her name and a group for his roster, once. XEP-0144 §3.1, §6. */
import { xmlAttribute, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Log } from '../../core/model/log.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { ContactCapabilities } from '../disco/contact-capabilities.ts'
import { fullJid } from '../jid.ts'
import type { ContactResource, Pair, Pairs } from '../pair.ts'
import type { Streams } from '../streams.ts'
import { SIP_GROUP, type RosterNames } from './roster-names.ts'

const ROSTER_EXCHANGE = 'http://jabber.org/protocol/rosterx'

export interface SuggestionsOptions {
  readonly pairs: Pick<Pairs, 'follow'>
  readonly streams: Pick<Streams, 'request'>
  readonly capabilities: ContactCapabilities
  /** Where rosters may be written, nothing is suggested. */
  readonly names: RosterNames
  readonly accounts: Pick<AccountStore, 'find'>
  readonly log: Log
}

/**
 * To the first device that takes such suggestions. What comes in the contact's roster of it is his; it is not said again,
 * after a restart neither. Gives what ends it.
 */
export function followSuggestions(options: SuggestionsOptions): () => void {
  /** By the pair, which is there as long as the contact may be seen. */
  const waiting = new Set<Pair>()
  const { names } = options
  return options.pairs.follow({
    authorized(pair, before, after) {
      if (after?.to !== 'granted') waiting.delete(pair)
      else if (before?.to !== 'asked') return
      else if (names.allow(pair)) names.give(pair)
      else waiting.add(pair)
    },
    resource(pair, now) {
      if (!now || !waiting.has(pair)) return
      suggest(pair, now, waiting, options).catch((error: unknown) => {
        options.log.debug({ reason: String(error) }, 'a contact does not take a roster suggestion')
      })
    },
  })
}

async function suggest(
  pair: Pair,
  resource: ContactResource,
  waiting: Set<Pair>,
  { streams, capabilities, accounts }: SuggestionsOptions,
): Promise<void> {
  const features = await capabilities.featuresOf(pair, resource)
  const account = await accounts.find(pair.record.user)
  if (!features.has(ROSTER_EXCHANGE) || !waiting.delete(pair)) return
  await streams.request({
    type: 'set',
    from: pair.userJid,
    // An iq, since it is known that this device takes it. XEP-0144 §6
    to: fullJid(pair.contactJid, resource.resource),
    child: suggestionOf(pair, account?.name),
  })
}

function suggestionOf({ userJid }: Pair, name: string | undefined): XmlElement {
  const attributes = Object.entries({ action: 'add', jid: userJid, name }).flatMap(
    ([key, value]) => (value === undefined ? [] : [xmlAttribute(key, value)]),
  )
  const group = xmlElement(ROSTER_EXCHANGE, 'group', [SIP_GROUP])
  return xmlElement(ROSTER_EXCHANGE, 'x', [
    xmlElement(ROSTER_EXCHANGE, 'item', [group], attributes),
  ])
}
