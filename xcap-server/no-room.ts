/** What is said to someone who has used up what they may store. RFC 4825 §8.2.5, RFC 4918 §11.5. */
import type { Allowance, WriteOutcome } from '../core/model/stores.ts'
import { ConstraintFailure } from './conflicts.ts'
import { InsufficientStorage } from './http-errors.ts'

/** `usual`: what everybody may store whose domain says nothing else. */
export function noRoom(
  { limit, allowance, ofDomain }: Extract<WriteOutcome, { outcome: 'no-room' }>,
  usual: Allowance,
): Error {
  const { documents, bytes } = allowance ?? usual
  if (limit === 'documents') {
    return new ConstraintFailure(
      ofDomain
        ? `All users of this domain together may have no more than ${documents} documents.`
        : `Nobody may have more than ${documents} documents.`,
    )
  }
  const phrase = ofDomain
    ? `All users of this domain together may store no more than ${bytes} bytes.`
    : `Nobody may store more than ${bytes} bytes.`
  return new InsufficientStorage({ phrase })
}
