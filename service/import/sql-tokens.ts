/** SQL tokens of a dump that arrives in pieces. */
import { AccountProblem } from '../account-problem.ts'
import { lexemeAt, type SqlToken } from './sql-lexeme.ts'

interface SqlTokens {
  /** One character for each octet. */
  push(piece: string): void
  /** Nothing comes any more. */
  end(): void
  /** Undefined: not before the next piece. */
  next(): SqlToken | undefined
  /** The rest of the line, without its end. Undefined: not before the next piece. */
  restOfLine(): string | undefined
  /** Of the next token. */
  line(): number
  /** Whether everything that came was given out. */
  isSpent(): boolean
}

/** A document is a few hundred KB; MySQL takes packets of 64 MB unless it is told otherwise. */
const LONGEST_TOKEN = 64 * 2 ** 20

const HEADER_OF_MYSQL = /^(?:--|\/\*).{0,8}(?:MySQL|MariaDB) dump/

export function createSqlTokens(): SqlTokens {
  let text = ''
  let at = 0
  let ended = false
  let line = 1
  let backslashes = false

  function take(to: number): string {
    const taken = text.slice(at, to)
    for (let end = taken.indexOf('\n'); end >= 0; end = taken.indexOf('\n', end + 1)) line++
    at = to
    return taken
  }

  function next(): SqlToken | undefined {
    for (;;) {
      const found = lexemeAt({ text, at, backslashes })
      // What ends with the piece may go on in the next one.
      if (!found || (found.to >= text.length && !ended)) return undefined
      const taken = take(found.to)
      if (taken.startsWith('`') || HEADER_OF_MYSQL.test(taken)) backslashes = true
      if (found.token) return found.token
    }
  }

  return {
    next,
    push(piece) {
      text = text.slice(at) + piece
      at = 0
      if (text.length > LONGEST_TOKEN + piece.length) throw tooLong(line)
    },
    end() {
      ended = true
    },
    restOfLine() {
      const end = text.indexOf('\n', at)
      return end < 0 ? undefined : take(end + 1).replace(/\r?\n$/, '')
    },
    line: () => line,
    isSpent: () => at >= text.length,
  }
}

function tooLong(line: number): AccountProblem {
  return new AccountProblem(`line ${line}: no value may be longer than 64 MB`)
}
