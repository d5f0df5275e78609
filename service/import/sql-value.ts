/** Value in a row of a dump: literals of MySQL, PostgreSQL and SQLite, and the functions that sqlite3 writes line ends with. */
import { octets, type SqlToken } from './sql-lexeme.ts'

type Value = string | undefined

const FUNCTIONS: Partial<Record<string, (...values: string[]) => string>> = {
  replace: (text = '', found = '', put = '') => text.replaceAll(found, put),
  char: (...codes) => String.fromCharCode(...codes.map(Number)),
  unistr: (text = '') => Buffer.from(withoutEscapes(text), 'utf8').toString('latin1'),
}

/** One character for each octet; undefined is NULL. What is no literal counts as its first word. */
export function sqlValue(tokens: readonly SqlToken[]): Value {
  let at = 0

  function value(): Value {
    const token = tokens[at++]
    if (token?.kind !== 'word') return token?.value
    // `_binary 'text'`: the word names a character set.
    if (token.value.startsWith('_') && tokens[at]) return value()
    if (tokens[at]?.value === '(' && tokens[at]?.kind === 'mark') return call(token.value)
    return wordValue(token.value)
  }

  function call(name: string): Value {
    const given: string[] = []
    while (at < tokens.length && tokens[at]?.value !== ')') {
      at++
      given.push(value() ?? '')
    }
    at++
    return FUNCTIONS[name.toLowerCase()]?.(...given)
  }

  return value()
}

function wordValue(word: string): Value {
  if (/^null$/i.test(word)) return undefined
  // As `mysqldump --hex-blob` writes them.
  return /^0x[\da-f]*$/i.test(word) ? octets(word.slice(2)).value : word
}

/** `\u000a`, `\+01f600` and `\\`. SQLite, unistr() */
function withoutEscapes(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8')
  return text.replace(
    /\\(?:u([\da-f]{4})|\+([\da-f]{6})|(\\))/gi,
    (_, four?: string, six?: string, backslash?: string) =>
      backslash ?? String.fromCodePoint(Math.min(parseInt(four ?? six ?? '', 16), 0x10ffff)),
  )
}
