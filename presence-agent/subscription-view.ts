/** Subscription view: what one subscription was told and what not yet, where each has documents of its own. RFC 6665 §4.2.2. */
import type { MaybePromise } from '../core/model/maybe-promise.ts'

export interface SubscriptionView {
  /** From now on `wake` is called when there is something new to tell. */
  open(wake: () => void): void
  /** Nothing is new any more; a last document can still be asked for. */
  close(): void
  /** The next document tells everything: after a SUBSCRIBE, and when a NOTIFY may have been lost. */
  restate(): void
  /** The next document; undefined: nothing is new after all. */
  next(version: number): MaybePromise<NumberedDocument | undefined>
}

export interface NumberedDocument {
  readonly text: string
  /** Where it is not the package's own. */
  readonly contentType?: string
  /** Not everything fitted in: another document is to follow. */
  readonly more: boolean
}
