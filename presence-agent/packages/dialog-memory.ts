/** Dialog memory: how far each call has come, beyond the publications that told it. RFC 4235 §3.7.1. */
import type { Dialog, DialogState } from '../../core/documents/dialog-info.ts'
import { furthestState } from '../../core/model/dialog-state.ts'
import { isSameDialog, type DialogName } from '../../core/model/same-dialog.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface DialogMemory {
  reached(presentity: Aor, dialog: DialogName): DialogState | undefined
  remember(presentity: Aor, dialogs: readonly Dialog[]): void
  /** Notes which dialogs watchers are told now; gives those of the last time that have vanished, as ended. */
  told(presentity: Aor, dialogs: readonly Dialog[]): readonly Dialog[]
}

interface Remembered {
  /** The newest last. */
  reached: readonly (DialogName & Pick<Dialog, 'state'>)[]
  told: readonly Pick<Dialog, 'id' | 'direction'>[]
}

/** Who is forgotten loses nothing but the protection against publications that arrive in the wrong order. */
const PRESENTITIES = 10_000
const DIALOGS = 20
/** Characters of a name; a longer one is not remembered. */
const LONGEST_NAME = 500

export function createDialogMemory(): DialogMemory {
  /** Those first of whom nothing was heard for longest. */
  const byPresentity = new Map<Aor, Remembered>()

  function recall(presentity: Aor): Remembered {
    const remembered = byPresentity.get(presentity) ?? { reached: [], told: [] }
    byPresentity.delete(presentity)
    byPresentity.set(presentity, remembered)
    for (const oldest of byPresentity.keys()) {
      if (byPresentity.size <= PRESENTITIES) break
      byPresentity.delete(oldest)
    }
    return remembered
  }

  return {
    reached: (presentity, dialog) => furthest(byPresentity.get(presentity)?.reached ?? [], dialog),
    remember(presentity, dialogs) {
      const remembered = recall(presentity)
      for (const dialog of dialogs) remembered.reached = advanced(remembered.reached, dialog)
    },
    told(presentity, dialogs) {
      const before = byPresentity.get(presentity)?.told ?? []
      const live = dialogs.filter(({ state }) => state !== 'terminated')
      if (live.length + before.length > 0) recall(presentity).told = live.map(lampOf)
      const vanished = before.filter(({ id }) => !dialogs.some((dialog) => dialog.id === id))
      return vanished.map((lamp) => ({ ...lamp, state: 'terminated', details: [] }))
    },
  }
}

function furthest(known: Remembered['reached'], dialog: DialogName): DialogState | undefined {
  let state: DialogState | undefined
  for (const one of known) if (isSameDialog(one, dialog)) state = furthestState(one.state, state)
  return state
}

function advanced(known: Remembered['reached'], dialog: Dialog): Remembered['reached'] {
  // Its id alone says too little: Asterisk uses one for every call.
  if (dialog.callId === undefined || lengthOf(dialog) > LONGEST_NAME) return known
  const state = furthestState(dialog.state, furthest(known, dialog))
  const others = known.filter((one) => !isSameName(one, dialog))
  return [...others, { ...nameOf(dialog), state }].slice(-DIALOGS)
}

function lampOf({ id, direction }: Dialog): Pick<Dialog, 'id' | 'direction'> {
  return direction ? { id, direction } : { id }
}

function lengthOf({ callId = '', localTag = '', remoteTag = '' }: DialogName): number {
  return callId.length + localTag.length + remoteTag.length
}

function nameOf({ callId, localTag, remoteTag, direction }: DialogName): DialogName {
  return {
    ...(callId === undefined ? {} : { callId: copied(callId) }),
    ...(localTag === undefined ? {} : { localTag: copied(localTag) }),
    ...(remoteTag === undefined ? {} : { remoteTag: copied(remoteTag) }),
    ...(direction === undefined ? {} : { direction }),
  }
}

/** Does not pin the document that it was cut from: V8 slices share the memory of the whole. */
function copied(text: string): string {
  return Buffer.from(text).toString()
}

function isSameName(one: DialogName, other: DialogName): boolean {
  return (
    one.callId === other.callId &&
    one.localTag === other.localTag &&
    one.remoteTag === other.remoteTag &&
    one.direction === other.direction
  )
}
