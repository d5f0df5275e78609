/** What a store throws when it cannot do its work just now: answered by 503, or 507 when it is full. RFC 9110 §15.6.4, RFC 4918 §11.5. */

export type StoreTrouble = 'full' | 'failed' | 'closed'

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly trouble: StoreTrouble

  constructor(trouble: StoreTrouble, detail: string, cause?: unknown) {
    super(`the store cannot be used: ${detail}`, { cause })
    this.trouble = trouble
  }
}
