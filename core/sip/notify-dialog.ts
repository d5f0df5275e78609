/** The dialog that a NOTIFY opens for whoever sent the SUBSCRIBE. RFC 6665 §4.4.1, RFC 3261 §12.1.1. */
import { uasDialog, type Dialog } from './dialog.ts'
import type { SipMessage } from './sip-message.ts'

/**
 * Its route set is that of the NOTIFY, in order, whatever the 2xx to the SUBSCRIBE said: proxies may differ.
 * Undefined: the NOTIFY has no usable Contact, or no tag.
 */
export function notifyDialog(notify: SipMessage): Dialog | undefined {
  // What identifies the dialog is ours, and stands in To. RFC 6665 §4.4.1
  const dialog = uasDialog(notify, notify.toTag)
  return dialog?.remoteTag === '' ? undefined : dialog
}
