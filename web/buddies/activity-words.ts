/** What each activity is called on the page, and how it colours presence. RFC 4480 §3.2. */

/** Shape and colour of the presence mark. */
export type Tone = 'online' | 'away' | 'busy' | 'offline' | 'pending'

interface ActivityWords {
  readonly words: string
  /** Of somebody who is reachable. */
  readonly tone: 'online' | 'away' | 'busy'
}

const ACTIVITY_WORDS: Readonly<Record<string, ActivityWords>> = {
  appointment: { words: 'At an appointment', tone: 'busy' },
  away: { words: 'Away', tone: 'away' },
  breakfast: { words: 'At breakfast', tone: 'away' },
  busy: { words: 'Busy', tone: 'busy' },
  dinner: { words: 'At dinner', tone: 'away' },
  holiday: { words: 'On a public holiday', tone: 'away' },
  'in-transit': { words: 'On the way', tone: 'away' },
  'looking-for-work': { words: 'Looking for work', tone: 'online' },
  meal: { words: 'Eating', tone: 'away' },
  meeting: { words: 'In a meeting', tone: 'busy' },
  'on-the-phone': { words: 'On the phone', tone: 'busy' },
  performance: { words: 'At a performance', tone: 'busy' },
  'permanent-absence': { words: 'Gone for good', tone: 'away' },
  playing: { words: 'Playing', tone: 'away' },
  presentation: { words: 'Presenting', tone: 'busy' },
  shopping: { words: 'Shopping', tone: 'away' },
  sleeping: { words: 'Asleep', tone: 'away' },
  spectator: { words: 'At an event', tone: 'away' },
  steering: { words: 'Driving', tone: 'busy' },
  travel: { words: 'Travelling', tone: 'away' },
  tv: { words: 'Watching TV', tone: 'away' },
  vacation: { words: 'On vacation', tone: 'away' },
  working: { words: 'Working', tone: 'online' },
  worship: { words: 'At worship', tone: 'busy' },
}

/** Undefined: it says nothing. An activity that the standard does not name stands as its own words. */
export function activityWords(activity: string): ActivityWords | undefined {
  const own = activity.trim()
  if (own === '' || own === 'unknown') return undefined
  if (Object.hasOwn(ACTIVITY_WORDS, own)) return ACTIVITY_WORDS[own]
  return { words: own, tone: 'online' }
}
