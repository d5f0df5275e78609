/** Brings what is stored of a contact's picture to what he shows: asks, fetches, verifies, stores, removes. XEP-0084 §3, RFC 4482 §3.4. */
import type { Log } from '../../core/model/log.ts'
import type { Aor } from '../../core/uri/aor.ts'
import {
  forgetWhatIsShown,
  hearAnswer,
  isPicture,
  type ContactKnowledge,
  type WantedPicture,
} from './contact-knowledge.ts'
import { PictureRefused } from './contact-picture.ts'
import type { Errand, PictureTally } from './errand.ts'
import { fetchPicture, type FetchParts } from './picture-fetch.ts'

/** Runs one; never rejects. Gives in how many milliseconds there is more to be done, if there is. */
export type RunErrand = (errand: Errand) => Promise<number | undefined>

/** Servers purge before they publish anew, so a picture that goes may only be replaced: milliseconds. */
const REMOVAL_DELAY = 2_000
/** Milliseconds before the second try and the third, which is the last. */
const BACK_OFF = [2_000, 8_000]
/** A picture that was refused may have been mended: milliseconds. */
const REFUSAL = 10 * 60_000
/** Milliseconds before the store is tried again that would not let a picture go. */
const STORE_PAUSE = 60_000

interface Parts extends FetchParts {
  readonly log: Log
}

export function createPictureErrands(parts: Omit<Parts, 'counts'>): {
  readonly run: RunErrand
  /** Since the start. */
  readonly counts: Readonly<PictureTally>
} {
  const counts = { asked: 0, fetched: 0, stored: 0, removed: 0, refused: 0, failed: 0 }
  const all = { ...parts, counts }
  return {
    counts,
    run: async (errand) => {
      let inHand: Uint8Array | undefined
      try {
        const learned = await learn(all, errand)
        if (learned.wait !== undefined) return learned.wait
        inHand = learned.inHand
      } catch (error) {
        return afterAsking(all, errand, error)
      }
      const aim = errand.known.shows
      try {
        return await bring(all, errand, inHand)
      } catch (error) {
        // Whoever has said otherwise in the meantime has asked for another turn.
        return errand.known.shows === aim ? afterFetching(all, errand, error) : undefined
      }
    },
  }
}

interface Learned {
  readonly wait?: number
  /** The picture, where it came with the answer. */
  readonly inHand?: Uint8Array | undefined
}

/** What is stored, and what he shows where that has to be asked for. */
async function learn(parts: Parts, errand: Errand): Promise<Learned> {
  const { contact, known, asked } = errand
  if (!known.isRead) {
    // What cannot be read is fetched again, and written anew.
    known.stored = await parts.icons.idOf(contact).catch(() => undefined)
    known.isRead = true
  }
  if (!known.isToBeAsked || !asked) return {}
  const wait = known.allowance.take(parts.clock.now())
  if (wait > 0) return { wait }
  const { version, photo } = known
  parts.counts.asked++
  known.askedAt = parts.clock.now()
  const { bytes, ...answer } = await parts.sources.ask(asked)
  hearAnswer(known, { version, photo }, { answer, now: parts.clock.now() })
  known.failures = 0
  return known.shows === answer.shows ? { inHand: bytes } : {}
}

async function bring(
  parts: Parts,
  errand: Errand,
  inHand: Uint8Array | undefined,
): Promise<number | undefined> {
  const { known, asked } = errand
  const { shows } = known
  const now = parts.clock.now()
  if (shows === undefined) return undefined
  if (isPicture(shows) && !isRefused(known, shows, now)) {
    if (shows.id === known.stored || !asked) return undefined
    return fetchPicture(parts, errand, { asked, wanted: shows, inHand })
  }
  const wait = isPicture(shows) ? 0 : known.noneSince + REMOVAL_DELAY - now
  return wait > 0 ? wait : remove(parts, errand)
}

async function remove({ icons, counts }: Parts, { contact, known }: Errand): Promise<undefined> {
  if (known.stored === undefined) return
  await icons.remove(contact)
  known.stored = undefined
  known.failures = 0
  counts.removed++
}

function isRefused({ refused }: ContactKnowledge, { id }: WantedPicture, now: number): boolean {
  return refused?.id === id && refused.until > now
}

/** Milliseconds to the next try; undefined: that was the last, or none would help. */
function pauseAfter(known: ContactKnowledge, error: unknown): number | undefined {
  const isFinal = error instanceof PictureRefused && !error.mayCome
  const pause = isFinal ? undefined : BACK_OFF[known.failures]
  known.failures = pause === undefined ? 0 : known.failures + 1
  return pause
}

function afterAsking(parts: Parts, { contact, known }: Errand, error: unknown): number {
  const pause = pauseAfter(known, error)
  if (pause !== undefined) return pause
  const isRefusal = error instanceof PictureRefused
  tellFailure(parts, contact, error)
  // What nobody could be asked for stays as it is.
  const answer = isRefusal ? ({ shows: 'none', pep: 'silent' } as const) : undefined
  hearAnswer(known, known, { answer, now: parts.clock.now() })
  return 0
}

function afterFetching(
  parts: Parts,
  { contact, known }: Errand,
  error: unknown,
): number | undefined {
  const pause = pauseAfter(known, error)
  if (pause !== undefined) return pause
  tellFailure(parts, contact, error)
  const { shows } = known
  if (!isPicture(shows)) return STORE_PAUSE
  if (error instanceof PictureRefused) {
    // What was shown before is not what he shows now: it goes.
    known.refused = { id: shows.id, until: parts.clock.now() + REFUSAL }
    return 0
  }
  // What was shown before stays, and the next word of a picture is news.
  forgetWhatIsShown(known)
  return undefined
}

function tellFailure({ log, counts }: Parts, contact: Aor, error: unknown): void {
  if (error instanceof PictureRefused) {
    counts.refused++
    log.info({ contact, reason: error.message }, 'the picture of an XMPP contact is not taken')
  } else {
    counts.failed++
    log.warn({ contact, reason: String(error) }, 'the picture of an XMPP contact cannot be had')
  }
}
