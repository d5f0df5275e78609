/** Files that people take for a dump, and what makes a dump of them. */
import { AccountProblem } from '../account-problem.ts'

const KINDS: readonly (readonly [start: string, advice: string])[] = [
  ['\x1f\x8b', 'compressed: zcat FILE | visage import … -'],
  ['BZh', 'compressed: bzcat FILE | visage import … -'],
  ['\xfd7zXZ', 'compressed: xzcat FILE | visage import … -'],
  ['\x28\xb5\x2f\xfd', 'compressed: zstdcat FILE | visage import … -'],
  ['PK\x03\x04', 'an archive: unpack it first'],
  ['PGDMP', "in pg_dump's own format: pg_restore --file=- FILE | visage import … -"],
  ['SQLite format 3\0', 'a database: sqlite3 FILE .dump | visage import … -'],
]

/** `start`: the first octets of the file, one character each. Throws AccountProblem. */
export function requireText(start: string): void {
  const [, advice] = KINDS.find(([mark]) => start.startsWith(mark)) ?? []
  if (advice !== undefined) throw new AccountProblem(`the file is ${advice}`)
  if (/^(?:\xff\xfe|\xfe\xff)/.test(start)) {
    throw new AccountProblem(
      'the file is UTF-16: iconv -f UTF-16 -t UTF-8 FILE | visage import … -',
    )
  }
}
