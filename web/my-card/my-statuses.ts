/** What I can say of myself, and how it is published. RFC 3863 §4.1.4, RFC 4480 §3.2. */
import { activityWords, type Tone } from '../buddies/activity-words.ts'
import type { MyStatus } from '../model/page-model.ts'

export interface StatusChoice {
  readonly key: string
  readonly words: string
  readonly tone: Tone
}

const ONLINE: StatusChoice = { key: 'online', words: 'Online', tone: 'online' }
const OFFLINE: StatusChoice = { key: 'offline', words: 'Appear offline', tone: 'offline' }

/** Softphones show a meeting as “Do not disturb”, for which RFC 4480 has no other name. */
const ACTIVITIES: readonly StatusChoice[] = [
  { key: 'away', words: 'Away', tone: 'away' },
  { key: 'busy', words: 'Busy', tone: 'busy' },
  { key: 'meeting', words: 'In a meeting, do not disturb', tone: 'busy' },
  { key: 'on-the-phone', words: 'On the phone', tone: 'busy' },
  { key: 'vacation', words: 'On vacation', tone: 'away' },
]

const USUAL: readonly StatusChoice[] = [ONLINE, ...ACTIVITIES, OFFLINE]

/** The usual ones, and what I published elsewhere if it is none of them. */
export function statusChoices(current: StatusChoice): readonly StatusChoice[] {
  return USUAL.some(({ key }) => key === current.key) ? USUAL : [...USUAL, current]
}

export function statusChoiceOf({ basic, activity }: Omit<MyStatus, 'note'>): StatusChoice {
  if (basic === 'closed') return OFFLINE
  const told = activity === undefined ? undefined : activityWords(activity)
  if (activity === undefined || !told) return ONLINE
  return ACTIVITIES.find(({ key }) => key === activity) ?? { key: activity, ...told }
}

export function statusFor(key: string, note: string): MyStatus {
  if (key === OFFLINE.key) return { basic: 'closed', note }
  return key === ONLINE.key ? { basic: 'open', note } : { basic: 'open', activity: key, note }
}
