/** Kamailio's (and OpenSIPS's) subscriber table as CSV: username,domain,ha1[,realm], or columns in the order of a header line. */
import type { SubscriberRow } from './account-requests.ts'

export interface KamailioTable {
  readonly rows: readonly SubscriberRow[]
  readonly refused: readonly { readonly line: number; readonly problem: string }[]
}

const COLUMNS = ['username', 'domain', 'ha1', 'realm']

/** `realm`: of every row that has none. */
export function parseKamailioTable(text: string, realm?: string): KamailioTable {
  const rows: SubscriberRow[] = []
  const refused: { line: number; problem: string }[] = []
  const firstLines = new Map<string, number>()
  let columns = COLUMNS
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((content, index) => {
      const line = index + 1
      if (content.trim() === '') return
      const values = splitRow(content)
      if (line === 1 && values.some((value) => value.toLowerCase() === 'username')) {
        columns = values.map((value) => value.toLowerCase())
        return
      }
      const row = toRow(line, values, columns, realm)
      const problem = typeof row === 'string' ? row : repeated(row, firstLines)
      if (problem !== undefined) refused.push({ line, problem })
      else if (typeof row !== 'string') rows.push(row)
    })
  return { rows, refused }
}

function toRow(
  line: number,
  values: readonly string[],
  columns: readonly string[],
  realm: string | undefined,
): SubscriberRow | string {
  const value = (column: string) => values[columns.indexOf(column)]?.trim() || undefined
  const [username, domain, ha1] = [value('username'), value('domain'), value('ha1')]
  if (username === undefined) return 'no username'
  if (domain === undefined) return 'no domain'
  if (ha1 === undefined) return 'no ha1'
  const ownRealm = value('realm') ?? realm
  return { line, username, domain, ha1, ...(ownRealm === undefined ? {} : { realm: ownRealm }) }
}

/** Which of two rows for one person is meant, nobody can tell: the first one stands. */
function repeated({ username, domain, line }: SubscriberRow, firstLines: Map<string, number>) {
  const person = `${username}@${domain.toLowerCase()}`
  const first = firstLines.get(person)
  if (first !== undefined) return `${person} stands in line ${first} already`
  firstLines.set(person, line)
  return undefined
}

/** Values between commas, in double quotes where they hold one. RFC 4180 §2. */
function splitRow(row: string): string[] {
  const values = row.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)(?=,|$)/g) ?? []
  return values.map((value) =>
    value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value,
  )
}
