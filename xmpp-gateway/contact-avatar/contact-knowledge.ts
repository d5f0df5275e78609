/** What is known of a contact's picture, and what news changes of it: XEP-0084 and XEP-0153 brought together. */
import type { AvatarNodes } from '../avatar-nodes.ts'
import { createTokenBucket, type TokenBucket } from '../../core/model/token-bucket.ts'
import type { AvatarEvent } from './avatar-event.ts'
import type { AvatarInfo } from './avatar-metadata.ts'

export interface WantedPicture {
  /** SHA-1, in lower-case hexadecimal. */
  readonly id: string
  readonly from: AvatarNodes | 'vcard'
  /** Where it lies, when not at the data node. */
  readonly url?: string
}

export interface ContactKnowledge {
  /** Undefined: it has not been said. */
  shows: WantedPicture | 'none' | undefined
  /** Milliseconds since the epoch, of `none`. */
  noneSince: number
  /** What XEP-0084 says: a picture, that there is to be none, or nothing at all. */
  pep: 'picture' | 'off' | 'silent'
  /** What presence said last. XEP-0153 */
  photo: string | undefined
  /** Everything is to be asked for: what came before may have been missed. */
  isToBeAsked: boolean
  /** Milliseconds since the epoch, of the last time. */
  askedAt: number
  /** Rises whenever `shows` changes. */
  version: number
  /** The id of what is stored, once the store has been asked. */
  stored: string | undefined
  isRead: boolean
  /** Failures in a row. */
  failures: number
  refused: { readonly id: string; readonly until: number } | undefined
  /** How often may be asked and fetched. */
  readonly allowance: TokenBucket
}

/** Of what one contact announces, ever anew. */
const ALLOWANCE = { burst: 8, perMinute: 12 }

export function newKnowledge(now: number): ContactKnowledge {
  return {
    shows: undefined,
    noneSince: 0,
    pep: 'silent',
    photo: undefined,
    isToBeAsked: false,
    askedAt: 0,
    version: 0,
    stored: undefined,
    isRead: false,
    failures: 0,
    refused: undefined,
    allowance: createTokenBucket(ALLOWANCE, now),
  }
}

/** `wanted`: which of the announced pictures is taken, if any can be. Says whether something is to be done. */
export function hearEvent(
  known: ContactKnowledge,
  { nodes, said }: AvatarEvent,
  { wanted, now }: { wanted: AvatarInfo | undefined; now: number },
): boolean {
  const { shows } = known
  if (typeof said === 'object' && 'retracted' in said) {
    // Older items may go while the current one stays.
    if (!isPicture(shows) || shows.id !== said.retracted) return false
  } else if (isPicture(shows) && shows.from !== nodes && shows.from !== 'vcard' && !wanted) {
    // A client that knows only the early nodes does not speak for today's, nor the other way round.
    return false
  }
  if (Array.isArray(said) && !wanted) {
    // None of these can be had; the vCard may have one.
    known.isToBeAsked = true
    return true
  }
  known.pep = wanted ? 'picture' : said === 'off' ? 'off' : 'silent'
  return show(known, wanted ? pictureAt(wanted, nodes) : 'none', now)
}

/** `photo`: a hash, or `none`. Says whether something is to be done. */
export function hearPhoto(known: ContactKnowledge, photo: string, now: number): boolean {
  // The same hash stands in every presence: only a new one is news.
  if (photo === known.photo) return false
  known.photo = photo
  // What is asked for already will say more.
  if (known.isToBeAsked || photo === idOf(known.shows)) return false
  if (known.pep === 'silent') return showPhoto(known, photo, now)
  // Where XEP-0084 is in use it decides, whatever the vCard has; and it may have changed unheard.
  known.isToBeAsked = true
  return true
}

/** What was known when everything began to be asked for. */
type KnownBefore = Pick<ContactKnowledge, 'version' | 'photo'>

export interface AvatarAnswer {
  readonly shows: WantedPicture | 'none'
  readonly pep: ContactKnowledge['pep']
}

/** `answer`: undefined when none came. What was heard while it was under way is newer. */
export function hearAnswer(
  known: ContactKnowledge,
  before: KnownBefore,
  { answer, now }: { answer: AvatarAnswer | undefined; now: number },
): void {
  known.isToBeAsked = false
  if (known.version !== before.version) return
  const { photo } = known
  const isNewer = answer === undefined || (answer.pep === 'silent' && photo !== before.photo)
  if (answer) known.pep = answer.pep
  if (photo !== undefined && isNewer) showPhoto(known, photo, now)
  else if (answer) show(known, answer.shows, now)
}

/** Nobody could be asked for this picture: the next word of it counts as news. */
export function forgetWhatIsShown(known: ContactKnowledge): void {
  known.shows = undefined
  known.photo = undefined
  known.failures = 0
}

export function isPicture(shows: ContactKnowledge['shows']): shows is WantedPicture {
  return typeof shows === 'object'
}

export function pictureAt({ id, url }: AvatarInfo, from: AvatarNodes): WantedPicture {
  return { id, from, ...(url !== undefined && { url }) }
}

function showPhoto(known: ContactKnowledge, photo: string, now: number): boolean {
  return show(known, photo === 'none' ? 'none' : { id: photo, from: 'vcard' }, now)
}

function show(known: ContactKnowledge, shows: WantedPicture | 'none', now: number): boolean {
  if (idOf(known.shows) === idOf(shows)) return isPicture(shows) && known.stored !== shows.id
  known.shows = shows
  known.noneSince = now
  known.failures = 0
  known.version++
  return true
}

function idOf(shows: ContactKnowledge['shows']): string | undefined {
  return isPicture(shows) ? shows.id : shows
}
