/** Dialog state machine: a call only ever goes forward. RFC 4235 §3.7.1, figure 3. */
import type { DialogState } from '../documents/dialog-info.ts'

/** What may follow, be it that a publication in between was lost. */
export const DIALOG_STATES: Readonly<Record<DialogState, readonly DialogState[]>> = {
  trying: ['proceeding', 'early', 'confirmed', 'terminated'],
  proceeding: ['early', 'confirmed', 'terminated'],
  early: ['confirmed', 'terminated'],
  confirmed: ['terminated'],
  terminated: [],
}

/** Of two states of one dialog, in whatever order they arrived. */
export function furthestState(one: DialogState, other: DialogState | undefined): DialogState {
  return other !== undefined && DIALOG_STATES[one].includes(other) ? other : one
}
