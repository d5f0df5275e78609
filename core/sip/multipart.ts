/** Multipart bodies: several bodies in one. RFC 2046 §5.1, RFC 2387. */
import { trimWhite } from './white-space.ts'

export interface BodyPart {
  /** Header lines, each ended by CRLF. */
  readonly headers: string
  readonly content: string
}

/** `boundary` must be a token that occurs in no part: the caller draws it at random. */
export function writeMultipart(boundary: string, parts: readonly BodyPart[]): string {
  const written = parts.map(
    ({ headers, content }) => `--${boundary}\r\n${headers}\r\n${content}\r\n`,
  )
  return `${written.join('')}--${boundary}--\r\n`
}

export interface ReadPart {
  /** The value of a header line by its name in lower case. */
  header(name: string): string | undefined
  readonly content: Buffer
}

/** More than this no request has any use for. */
const MOST_PARTS = 16
const EMPTY_LINE = Buffer.from('\r\n\r\n')

/** Undefined: the body does not have the shape, or has more than `most` parts. What stands before and behind them is ignored. */
export function readMultipart(
  body: Buffer,
  boundary: string,
  most = MOST_PARTS,
): readonly ReadPart[] | undefined {
  if (boundary === '') return undefined
  const delimiter = Buffer.from(`--${boundary}`)
  const parts: ReadPart[] = []
  let begin = body.indexOf(delimiter)
  while (begin >= 0) {
    const start = begin + delimiter.length
    if (body.toString('latin1', start, start + 2) === '--') return parts
    const end = body.indexOf(Buffer.concat([LINE_END, delimiter]), start)
    const part = end < 0 ? undefined : readPart(body.subarray(start, end))
    if (!part || parts.length === most) return undefined
    parts.push(part)
    begin = end + LINE_END.length
  }
  return undefined
}

const LINE_END = Buffer.from('\r\n')

/** From behind the delimiter to the line end before the next. */
function readPart(piece: Buffer): ReadPart | undefined {
  const headEnd = piece.indexOf(EMPTY_LINE)
  if (headEnd < 0) return undefined
  const head = piece.toString('latin1', 0, headEnd).replace(/\r\n[ \t]+/g, ' ')
  const lines = head.split('\r\n')
  return {
    content: piece.subarray(headEnd + EMPTY_LINE.length),
    header(name) {
      const line = lines.find((one) => nameOf(one) === name)
      return line && trimWhite(line.slice(line.indexOf(':') + 1))
    },
  }
}

function nameOf(line: string): string {
  const colon = line.indexOf(':')
  return colon < 0 ? '' : trimWhite(line.slice(0, colon)).toLowerCase()
}
