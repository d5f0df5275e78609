/** Presence in words, as a row of the list says it. RFC 3863 §4.1.4, RFC 4480 §3.2. */
import type { Buddy, BuddyPresence } from '../model/page-model.ts'
import { activityWords, type Tone } from './activity-words.ts'

export interface StatusWords {
  readonly tone: Tone
  /** As `Busy`, `Away · In a meeting`, `Offline`. */
  readonly words: string
}

/** More would not fit into a row. */
const MOST_ACTIVITIES = 3

export function statusWords(
  presence: BuddyPresence,
  { address, name }: Pick<Buddy, 'address' | 'name'>,
): StatusWords {
  switch (presence.subscription) {
    case 'unknown':
      return { tone: 'pending', words: 'Not known yet' }
    case 'pending':
      return { tone: 'pending', words: `Waiting for ${name} to allow you` }
    case 'terminated':
      return { tone: 'offline', words: endWords(presence, address) }
    case 'active':
      return toldWords(presence)
  }
}

function endWords({ reason }: BuddyPresence, address: string): string {
  if (reason !== 'noresource') return 'Does not share their status with you'
  // A phone number or an address of another network may well be somebody's.
  return address.startsWith('sip:')
    ? 'Nobody has this address'
    : 'No status for this kind of address'
}

function toldWords({ basic, activities }: BuddyPresence): StatusWords {
  const told = activities.flatMap((activity) => activityWords(activity) ?? [])
  const words = [...new Set(told.map((activity) => activity.words))].slice(0, MOST_ACTIVITIES)
  if (basic === 'closed') return { tone: 'offline', words: ['Offline', ...words].join(' · ') }
  // Who told nothing at all is not called online for it.
  if (basic === null && words.length === 0) return { tone: 'offline', words: 'No status' }
  const tones = told.map(({ tone }) => tone)
  const tone = (['busy', 'away', 'online'] as const).find((one) => tones.includes(one)) ?? 'online'
  return { tone, words: words.length === 0 ? 'Online' : words.join(' · ') }
}
