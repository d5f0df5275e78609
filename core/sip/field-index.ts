/** Finds the field lines of a head in one pass. RFC 3261 §7.3.1, §25.1. */
import { headerNumber, headerNumberAt, UNKNOWN_HEADER } from './header-names.ts'
import { trimWhite } from './white-space.ts'

/** Numbers that `lines` holds for each field line. */
export const FIELD_STRIDE = 4

/** Where the fields of a head stand. */
export class FieldIndex {
  /** Four numbers a line: number of its name, where the line begins, where its value begins and ends. */
  readonly lines: number[] = []
  /** A bit for each name that is there, of those that are numbered below 32. */
  present = 0
  /** A bit for each of them that is there more than once. */
  repeated = 0
  /** The value of Content-Length; undefined: absent; several joined by a comma. */
  length: string | undefined = undefined
  problem: string | undefined = undefined
}

const CONTENT_LENGTH = headerNumber('content-length')
const SPACE = 0x20
const TAB = 0x09

/** The field lines begin at `from`. */
export function indexFields(head: string, from: number): FieldIndex {
  const index = new FieldIndex()
  let colon = -1
  let end = -1
  for (let start = from; start < head.length; start = end + 2) {
    end = endOfField(head, start)
    // What is beyond the line is the next one's.
    if (colon < start) colon = positionOf(head, ':', start)
    addField(index, head, { start, colon: colon < end ? colon : -1, end })
  }
  if (holdsHalfLineEnd(head)) index.problem = 'Malformed Line End'
  return index
}

/** No text may hold half a line end: a peer that takes it for a whole one would read another field in what we copy. RFC 3261 §25.1. */
function holdsHalfLineEnd(head: string): boolean {
  for (let start = 0; ;) {
    const end = positionOf(head, '\r', start)
    const half = positionOf(head, '\n', start)
    if (end === head.length) return half < head.length
    if (half !== end + 1 || half === head.length) return true
    start = end + 2
  }
}

/** Where the line ends, over its continuations. RFC 3261 §7.3.1. */
function endOfField(head: string, from: number): number {
  for (let at = from; ;) {
    const end = positionOf(head, '\r\n', at)
    const next = head.charCodeAt(end + 2)
    if (next !== SPACE && next !== TAB) return end
    at = end + 2
  }
}

/** Behind the text where there is none. */
function positionOf(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from)
  return at < 0 ? text.length : at
}

interface Line {
  readonly start: number
  readonly colon: number
  readonly end: number
}

function addField(index: FieldIndex, head: string, { start, colon, end }: Line): void {
  const number = colon < 0 ? undefined : numberOf(head, start, colon)
  if (number === undefined) {
    index.problem ??= 'Malformed Header Field'
    return
  }
  index.lines.push(number, start, colon + 1, end)
  if (number >= 0 && number < 32) {
    const bit = 1 << number
    index.repeated |= index.present & bit
    index.present |= bit
  }
  if (number === CONTENT_LENGTH) {
    const value = trimWhite(head.slice(colon + 1, end))
    index.length = index.length === undefined ? value : `${index.length},${value}`
  }
}

/** Undefined when it is no field name. */
function numberOf(head: string, start: number, colon: number): number | undefined {
  const number = headerNumberAt(head, start, colon)
  if (number !== UNKNOWN_HEADER) return number
  const name = head.slice(start, colon).trimEnd()
  return /^[\w!%*+'`~.-]+$/.test(name) ? headerNumber(name) : undefined
}
