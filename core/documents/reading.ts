/** What reading a document gives: its content, or what is wrong with it. */

/** Named as the conflicts of XCAP name them (RFC 4825 §11), and `too-large` beside them. */
export type ReadingError = 'too-large' | 'not-utf-8' | 'not-well-formed' | 'schema-validation-error'

export interface ReadingFailure {
  readonly error: ReadingError
  /** What is wrong, for the person who wrote the document. */
  readonly detail: string
}

export type Reading<T> = { readonly value: T; readonly error?: undefined } | ReadingFailure

export function schemaError(detail: string): ReadingFailure {
  return { error: 'schema-validation-error', detail }
}
