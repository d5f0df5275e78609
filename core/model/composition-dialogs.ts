/** Composed dialogs: the calls of one user, as all who publish them know them. RFC 4235 §3.11, §4.3. */
import type { Dialog, DialogInfo, DialogState } from '../documents/dialog-info.ts'
import { furthestState } from './dialog-state.ts'
import { isSameDialog, type DialogName } from './same-dialog.ts'

export interface PublishedDialogs {
  readonly document: DialogInfo
  /** Milliseconds since the epoch. */
  readonly publishedAt: number
  /** Of the publication; it stays the same when it is modified. */
  readonly id: string
}

export interface DialogCompositionRules {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How far the dialog has come before, in publications that are no more. */
  readonly reached: (dialog: DialogName) => DialogState | undefined
  /** What watchers may know it by: the same for the same name, which it tells nothing of. */
  readonly publicId: (name: string) => string
}

export interface ComposedDialogs {
  readonly dialogs: readonly Dialog[]
  /** When time alone changes them, in milliseconds since the epoch. */
  readonly changesAt?: number
}

/** A proxy gives up a call that is not answered so long: Timer C. RFC 3261 §16.6 step 11 */
const LONGEST_RINGING = 180_000
/** An ended dialog is told as long as a NOTIFY may be on its way: 64 × T1. */
const ENDED_TOLD = 32_000

/** No user has so many; more would be a burden, and too long for a datagram. */
const MOST_DIALOGS = 200

/** Each dialog once, as the newest publication describes it, in the furthest state that any has told. */
export function composeDialogs(
  publications: readonly PublishedDialogs[],
  rules: DialogCompositionRules,
): ComposedDialogs {
  const mentions = mentionsOf(publications)
  const composed: Dialog[] = []
  const taken = new Set<string>()
  let changesAt = Infinity
  for (const { dialog, publication } of mentions) {
    if (composed.some((one) => isSameDialog(one, dialog))) continue
    const standing = standingOf(dialog, publication, mentions, rules)
    const name = namesOf(dialog, publication).find((one) => !taken.has(one))
    if (!standing || name === undefined) continue
    taken.add(name)
    const id = rules.publicId(name)
    composed.push({ ...dialog, ...standing.ending, id, state: standing.state })
    changesAt = Math.min(changesAt, standing.endsAt)
  }
  return { dialogs: composed, ...(changesAt === Infinity ? {} : { changesAt }) }
}

interface Mention {
  readonly dialog: Dialog
  readonly publication: PublishedDialogs
}

interface Standing {
  readonly state: DialogState
  readonly endsAt: number
  readonly ending?: Pick<Dialog, 'event'>
}

/** The call's own goes before its publisher's, so that it stays the same whoever tells of it; forks of one call need more. */
function namesOf({ id, callId, direction }: Dialog, publication: PublishedDialogs): string[] {
  const own = `${publication.id} ${id}`
  return callId === undefined ? [own] : [`${callId} ${direction ?? ''}`, own]
}

/** The newest first. */
function mentionsOf(publications: readonly PublishedDialogs[]): Mention[] {
  return [...publications]
    .sort((a, b) => b.publishedAt - a.publishedAt || (a.id < b.id ? -1 : 1))
    .flatMap((publication) =>
      publication.document.dialogs.map((dialog) => ({ dialog, publication })),
    )
    .slice(0, MOST_DIALOGS)
}

/** Undefined: it has ended so long ago that nobody needs to be told. */
function standingOf(
  dialog: Dialog,
  { publishedAt }: PublishedDialogs,
  mentions: readonly Mention[],
  { now, reached }: DialogCompositionRules,
): Standing | undefined {
  const others = mentions.filter((one) => isSameDialog(one.dialog, dialog))
  const state = others.reduce(
    (furthest, one) => furthestState(furthest, one.dialog.state),
    furthestState(dialog.state, reached(dialog)),
  )
  if (state === 'confirmed') return { state, endsAt: Infinity }
  const ended = state === 'terminated'
  const endsAt = ended ? publishedAt : publishedAt + LONGEST_RINGING
  if (now < endsAt) return { state, endsAt }
  if (now >= endsAt + ENDED_TOLD) return undefined
  // A phone that crashed while it rang says no more; the lamp goes out all the same.
  const ending = ended ? {} : { ending: { event: 'timeout' } }
  return { state: 'terminated', endsAt: Infinity, ...ending }
}
