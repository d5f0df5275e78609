/** What is said to someone who has used up what they may store. RFC 4825 §8.2.5, RFC 4918 §11.5. */
import type { Allowance, NoRoom } from '../core/model/stores.ts'
import { ConstraintFailure } from './conflicts.ts'
import { InsufficientStorage } from './http-errors.ts'

export function noRoom(limit: NoRoom, { documents, bytes }: Allowance): Error {
  switch (limit) {
    case 'documents':
      return new ConstraintFailure(`Nobody may have more than ${documents} documents.`)
    case 'bytes':
      return new InsufficientStorage({ phrase: `Nobody may store more than ${bytes} bytes.` })
    case 'domain-documents':
      return new ConstraintFailure('Your domain has all the documents that it may have.')
    case 'domain-bytes':
      return new InsufficientStorage({ phrase: 'Your domain has no room left.' })
  }
}
