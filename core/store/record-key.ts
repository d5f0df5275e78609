/** Record key: a kind and the names that tell its records apart, in an order that iterates well. */

/** First part of a key: what the record is. */
export type RecordKind =
  | 'account'
  | 'administration'
  | 'alias'
  | 'binding'
  | 'blob'
  | 'body'
  | 'capabilities'
  | 'document'
  | 'icons'
  | 'listed'
  | 'pair'
  | 'publication'
  | 'secret'
  | 'sequence'
  | 'session'
  | 'session-count'
  | 'sessions'
  | 'subscription'
  | 'token'
  | 'totals'
  | 'usage'
  | 'username'

const SEPARATOR = '\0'

export function recordKey(kind: RecordKind, ...names: readonly string[]): string {
  let key: string = kind
  for (const name of names) key += SEPARATOR + escapeName(name)
  return key
}

/** The names in a key, without its kind. */
export function namesInKey(key: string): string[] {
  return key.split(SEPARATOR).slice(1).map(unescapeName)
}

export interface KeyRange {
  readonly gt: string
  readonly lt: string
}

/** All keys that begin with these names and go on. */
export function keysBelow(kind: RecordKind, ...names: readonly string[]): KeyRange {
  const start = recordKey(kind, ...names)
  return { gt: start + SEPARATOR, lt: start + '\x01' }
}

// A name may hold any character, so the separator in it (and what stands for it) is written as a pair.
function escapeName(name: string): string {
  if (!/[\0\x01]/.test(name)) return name
  return name.replaceAll('\x01', '\x01\x02').replaceAll('\0', '\x01\x01')
}

function unescapeName(name: string): string {
  return name.replaceAll('\x01\x01', '\0').replaceAll('\x01\x02', '\x01')
}
