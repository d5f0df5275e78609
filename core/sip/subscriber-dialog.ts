/** The dialog of a SUBSCRIBE that this side sends: before the first NOTIFY, and as that establishes it. RFC 6665 §4.4.1. */
import { uasDialog, type Dialog } from './dialog.ts'
import { randomToken } from './random-token.ts'
import type { SipMessage } from './sip-message.ts'

/** Not established: it has no remote tag. `route`: the proxy, where it wants to be named in a Route. RFC 3261 §8.1.2. */
export function newDialog({
  from,
  to,
  route,
  localTag,
}: {
  from: string
  to: string
  route: string | undefined
  localTag: string
}): Dialog {
  return {
    callId: randomToken() + randomToken(),
    localTag,
    remoteTag: '',
    localUri: from,
    remoteUri: to,
    remoteTarget: to,
    routeSet: route === undefined ? [] : [route],
    remoteCseq: -1,
  }
}

export function isEstablished({ remoteTag }: Dialog): boolean {
  return remoteTag !== ''
}

/**
 * Its route set is that of the NOTIFY, in order, whatever the 2xx to the SUBSCRIBE said: proxies may differ.
 * Undefined: the NOTIFY has no usable Contact, or no tag.
 */
export function establishedDialog(dialog: Dialog, notify: SipMessage): Dialog | undefined {
  const opened = uasDialog(notify, dialog.localTag)
  if (!opened || opened.remoteTag === '') return undefined
  const { callId, localUri, remoteUri } = dialog
  return { ...opened, callId, localUri, remoteUri }
}
