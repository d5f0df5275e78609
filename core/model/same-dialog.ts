/** Whether two descriptions are of one dialog, whoever published them. RFC 4235 §4.1.1, RFC 3261 §12. */
import type { Dialog } from '../documents/dialog-info.ts'

/** What tells a dialog from others in every publication. */
export type DialogName = Pick<Dialog, 'callId' | 'localTag' | 'remoteTag' | 'direction'>

/**
 * Without a Call-ID an `id` means something to its publisher alone. What one of them leaves out tells nothing apart:
 * half a dialog has no remote tag, and Kamailio names no tags when a call has ended.
 */
export function isSameDialog(one: DialogName, other: DialogName): boolean {
  return (
    one.callId !== undefined &&
    one.callId === other.callId &&
    agree(one.direction, other.direction) &&
    agree(one.localTag, other.localTag) &&
    agree(one.remoteTag, other.remoteTag)
  )
}

function agree(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other
}
