/** What is kept of published dialog information: partial documents completed, no call set back. RFC 4235 §3.7.1, §4.3. */
import type { Dialog, DialogInfo, DialogState } from '../../core/documents/dialog-info.ts'
import { furthestState } from '../../core/model/dialog-state.ts'

/**
 * The order of publications is told by their entity tags, not by the version: that counts within a subscription, and
 * Kamailio always writes 0. `last`: what the publication said before; `reached`: how far a dialog has come. Gives
 * `document` itself where nothing has to be changed.
 */
export function acceptDialogs(
  document: DialogInfo,
  last: DialogInfo | undefined,
  reached: (dialog: Dialog) => DialogState | undefined,
): DialogInfo {
  const isPartial = document.state === 'partial' && last !== undefined
  const dialogs = isPartial ? completed(document.dialogs, last.dialogs) : document.dialogs
  const forward = dialogs.map((dialog) => advanced(dialog, reached(dialog)))
  const isUnchanged = !isPartial && forward.every((dialog, index) => dialog === dialogs[index])
  return isUnchanged ? document : { ...document, state: 'full', dialogs: forward }
}

/** Rows by id: those that have ended may go, the others stay until they are told anew. §4.3 */
function completed(dialogs: readonly Dialog[], last: readonly Dialog[]): Dialog[] {
  const rows = new Map<string, Dialog>()
  for (const dialog of last) if (dialog.state !== 'terminated') rows.set(dialog.id, dialog)
  for (const dialog of dialogs) rows.set(dialog.id, dialog)
  return [...rows.values()]
}

function advanced(dialog: Dialog, reached: DialogState | undefined): Dialog {
  const state = furthestState(dialog.state, reached)
  return state === dialog.state ? dialog : { ...dialog, state }
}
