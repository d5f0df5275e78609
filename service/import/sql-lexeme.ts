/** SQL lexeme: the word, name, string, mark, blank or comment at one place of a text. ISO 9075-2 §5.2, and what MySQL, PostgreSQL and SQLite make of it. */

/** `value`: one character for each octet. `octets`: of a hexadecimal string. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'text' | 'octets' | 'mark'
  readonly value: string
}

/** `to`: behind it. Without a token it is a blank or a comment. */
export interface Lexeme {
  readonly to: number
  readonly token?: SqlToken
}

interface Place {
  readonly text: string
  readonly at: number
  /** MySQL escapes with backslashes; the standard doubles quotes only. */
  readonly backslashes: boolean
}

const BLANK = /\s+/y
const WORD = /[\w.$+\-\x80-\xff]+/y
const DOLLAR_QUOTE = /\$[A-Za-z_]*\$/y

/** Undefined where its end is not there yet. */
export function lexemeAt(place: Place): Lexeme | undefined {
  const { text, at } = place
  const first = text[at]
  if (first === undefined) return undefined
  const blank = matchAt(place, BLANK)
  if (blank !== undefined) return { to: at + blank.length }
  if (text.startsWith('--', at) || first === '#') return upTo(text, '\n', at)
  if (text.startsWith('/*', at)) return upTo(text, '*/', at + 2)
  if (first === "'") return quoted(text, at, place.backslashes)
  if (first === '"' || first === '`') return quotedName(text, at, first)
  const dollar = first === '$' ? matchAt(place, DOLLAR_QUOTE) : undefined
  if (dollar !== undefined) return upTo(text, dollar, at + dollar.length)
  const word = matchAt(place, WORD)
  if (word !== undefined) return wordOrPrefix(place, word)
  return { to: at + 1, token: { kind: 'mark', value: first } }
}

export function octets(digits: string): SqlToken {
  return { kind: 'octets', value: Buffer.from(digits, 'hex').toString('latin1') }
}

/** `E'…'` is a string with backslashes, `X'…'` one in hexadecimal. */
function wordOrPrefix({ text, at }: Place, value: string): Lexeme | undefined {
  const to = at + value.length
  const isPrefix = text[to] === "'"
  if (isPrefix && /^e$/i.test(value)) return quoted(text, to, true)
  if (!isPrefix || !/^x$/i.test(value)) return { to, token: { kind: 'word', value } }
  const digits = quoted(text, to, false)
  return digits && { to: digits.to, token: octets(digits.token.value) }
}

function quoted(
  text: string,
  from: number,
  escapes: boolean,
): { to: number; token: SqlToken } | undefined {
  const to = endOfString(text, from + 1, escapes ? /['\\]/g : /'/g)
  if (to === undefined) return undefined
  const inside = text.slice(from + 1, to - 1).replaceAll("''", "'")
  return { to, token: { kind: 'text', value: escapes ? unescaped(inside) : inside } }
}

/** Behind the closing quote; a doubled one does not close. `stops`: what has to be looked at. */
function endOfString(text: string, from: number, stops: RegExp): number | undefined {
  stops.lastIndex = from
  for (let stop = stops.exec(text); stop; stop = stops.exec(text)) {
    if (stop[0] === "'" && text[stop.index + 1] !== "'") return stop.index + 1
    stops.lastIndex = stop.index + 2
  }
  return undefined
}

const ESCAPED: Partial<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' },
  ...{ '0': '\0', Z: '\x1a' },
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => ESCAPED[letter] ?? letter)
}

function quotedName(text: string, at: number, mark: string): Lexeme | undefined {
  const end = text.indexOf(mark, at + 1)
  if (end < 0) return undefined
  return { to: end + 1, token: { kind: 'name', value: text.slice(at + 1, end) } }
}

function matchAt({ text, at }: Place, pattern: RegExp): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function upTo(text: string, mark: string, from: number): Lexeme | undefined {
  const end = text.indexOf(mark, from)
  return end < 0 ? undefined : { to: end + mark.length }
}
