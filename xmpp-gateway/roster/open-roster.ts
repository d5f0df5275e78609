/** Roster: a SIP user's contact lists and what she is asked and shown in XMPP are one. RFC 6121 §2, RFC 4826. */
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import type { MessageHandler, Streams } from '../streams.ts'
import { createContactLists } from './contact-lists.ts'
import { openListFollower, type ListFollowerOptions } from './list-follower.ts'
import { followPrivileges } from './privileges.ts'
import { createRosterNames } from './roster-names.ts'
import { subscribeBack, type SubscribeBackOptions } from './subscribe-back.ts'
import { followSuggestions, type SuggestionsOptions } from './suggestions.ts'

type Made = 'lists' | 'isFollowed' | 'pairs'

export interface RosterOptions
  extends
    Omit<ListFollowerOptions, Made | 'documents'>,
    Omit<SubscribeBackOptions, Made>,
    Omit<SuggestionsOptions, Made | 'names'> {
  readonly streams: Pick<Streams, 'request' | 'follow'>
  readonly control: ListFollowerOptions['pairs']
  readonly documents: Parameters<typeof createContactLists>[0]['documents'] &
    ListFollowerOptions['documents'] &
    SubscribeBackOptions['documents']
  /** SIP domains with a stream, and XMPP domains whose people may use it, both as SIP writes them. */
  readonly userDomains: readonly string[]
  readonly contactDomains: readonly string[]
  readonly subscribeBack: boolean
}

export interface Roster {
  readonly messages: readonly MessageHandler[]
  /** What was begun is finished. */
  readonly stop: () => Promise<void>
}

export async function openRoster(options: RosterOptions): Promise<Roster> {
  const { control: pairs, userDomains, domains } = options
  const lists = createContactLists(options)
  const isFollowed = (user: Aor) =>
    userDomains.includes(aorDomain(user)) && domains.of(user) !== undefined
  const follower = await openListFollower({ ...options, ...{ lists, isFollowed, pairs } })
  const endSubscribingBack = options.subscribeBack
    ? subscribeBack({ ...options, ...{ lists, pairs: pairs.pairs } })
    : undefined
  const shared = { ...options, pairs: pairs.pairs }
  const privileges = followPrivileges(options.streams)
  const names = createRosterNames({ ...shared, privileges })
  const endSuggestions = followSuggestions({ ...shared, names })
  return {
    messages: privileges.messages,
    async stop() {
      privileges.close()
      endSuggestions()
      await endSubscribingBack?.()
      await follower.stop()
    },
  }
}
