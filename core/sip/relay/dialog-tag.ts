/** Tags of our dialogs: their first octet is a bucket, by which later requests find the worker that holds the dialog. RFC 3261 §12.2. */
import { randomToken } from '../random-token.ts'
import type { SipMessage } from '../sip-message.ts'
import { bucketOf, hostOf } from './bucket.ts'

/**
 * For the dialog that a request opens. It carries the bucket of the address that the request names with any number of workers,
 * so that dialogs outlive a change of that number.
 */
export function dialogTagFor(request: SipMessage, hostsOfFirst: ReadonlySet<string>): string {
  return randomToken(
    bucket(request.requestUri, hostsOfFirst) ?? bucket(request.to.uri, hostsOfFirst),
  )
}

function bucket(uri: string, hostsOfFirst: ReadonlySet<string>): number | undefined {
  const octets = Buffer.from(uri, 'latin1')
  const found = bucketOf(octets, 0, octets.length)
  const isFirst = hostsOfFirst.size > 0 && hostsOfFirst.has(hostOf(octets, 0, octets.length))
  return found !== undefined && isFirst ? BUCKET_OF_FIRST : found
}

/** At home in the first worker, whatever their number. */
const BUCKET_OF_FIRST = 0

/** For a dialog that this worker opens: its NOTIFYs come back here. */
export function ownDialogTag(worker: number): string {
  return randomToken(worker - 1)
}
