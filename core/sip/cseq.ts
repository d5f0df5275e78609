/** CSeq: the number and method of a request within its dialog. RFC 3261 §20.16. */

export interface CSeq {
  readonly number: number
  readonly method: string
}

const CSEQ = /^\s*(\d{1,20})\s+(\S+)\s*$/
const LARGEST = 2 ** 32 - 1

/** Undefined when it is malformed or does not fit 32 bits. */
export function parseCSeq(value: string): CSeq | undefined {
  const match = CSEQ.exec(value)
  if (!match) return undefined
  const number = Number(match[1])
  return number > LARGEST ? undefined : { number, method: match[2] ?? '' }
}
