/** Failures of the store on their way to a member: the kinds that servers tell apart stay what they are. */
import { StoreUnavailable, type StoreTrouble } from '../../model/store-unavailable.ts'
import { RecordUnreadable } from '../record-unreadable.ts'

export type Failure =
  | { readonly kind: 'unavailable'; readonly trouble: StoreTrouble; readonly text: string }
  | { readonly kind: 'unreadable'; readonly key: string; readonly text: string }
  | { readonly kind: 'other'; readonly text: string }

export function failureOf(error: unknown): Failure {
  if (error instanceof StoreUnavailable) {
    return { kind: 'unavailable', trouble: error.trouble, text: error.message }
  }
  if (error instanceof RecordUnreadable) {
    return { kind: 'unreadable', key: error.key, text: error.message }
  }
  return { kind: 'other', text: error instanceof Error ? error.message : String(error) }
}

export function errorOf(failure: Failure): Error {
  const error = errorOfKind(failure)
  // As it was said where it happened.
  error.message = failure.text
  return error
}

function errorOfKind(failure: Failure): Error {
  switch (failure.kind) {
    case 'unavailable':
      return new StoreUnavailable(failure.trouble, failure.text)
    case 'unreadable':
      return new RecordUnreadable(failure.key, failure.text)
    case 'other':
      return new Error(failure.text)
  }
}
