/** SQL dumps: every row of the tables that are wanted, whichever program wrote them and however the bytes arrive. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { readForeignTables } from '../../service/import/foreign-table.ts'
import { placeOf, textOf, type TableRow } from '../../service/import/table-row.ts'
import { requireProgram } from '../support/programs.ts'

const MYSQL = readFileSync(new URL('../fixtures/import/kamailio-mysqldump.sql', import.meta.url))

/** `size`: octets that arrive at once. */
function pieces(text: Buffer | string, size = 1 << 16): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text)
  const count = Math.ceil(bytes.length / size)
  return Readable.from(
    Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size)),
  )
}

async function rowsOf(
  text: Buffer | string,
  { tables = ['subscriber'], size = 1 << 16, csv = false } = {},
): Promise<TableRow[]> {
  const rows = []
  const sources = { tables, ...(csv && { csvTable: 'subscriber' }) }
  for await (const row of readForeignTables(pieces(text, size), sources)) rows.push(row)
  return rows
}

const COLUMNS = ['username', 'domain', 'password', 'ha1']
const shown = (rows: readonly TableRow[]) =>
  rows.map((row) => [placeOf(row), ...COLUMNS.map((column) => row.value(column))])

describe('mysqldump', () => {
  const expected = [
    ['line 51, row 1', 'alice', 'example.com', '', '1d9f8a1ed5e8ff0cc1e4ee9fb6d1cd42'],
    ['line 51, row 2', "o'neil\\", 'example.com', 'it\'s; a "secret"\n', ''],
    ['line 52, row 1', 'carol', 'example.com', undefined, undefined],
    ['line 52, row 2', 'dave', 'example.com', undefined, 'abc'],
  ]

  test('rows of the table are read, with and without column names, and no text counts as a statement', async () => {
    assert.deepEqual(shown(await rowsOf(MYSQL)), expected)
  })

  test('it is the same wherever the bytes are cut', async () => {
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      assert.deepEqual(shown(await rowsOf(MYSQL, { size })), expected, `${size} bytes at once`)
    }
  })

  test('blobs are octets, as text with escapes, 0x… and X…', async () => {
    const blob = Buffer.from([0, 1, 0x1a, 0x27, 0x5c, 0xff, 10])
    const dump = Buffer.concat([
      Buffer.from("INSERT INTO `xcap` (`doc`) VALUES (_binary '\\0\u0001\\Z\\'\\\\"),
      Buffer.from([0xff]),
      Buffer.from("\\n'),(0x00011A275CFF0A),(X'00011a275cff0a');\n"),
    ])
    const rows = await rowsOf(dump, { tables: ['xcap'] })
    assert.equal(rows.length, 3)
    for (const row of rows) {
      assert.deepEqual(Buffer.from(row.value('doc') ?? '', 'latin1'), blob)
    }
  })

  test('a dump that is cut off says so, after the rows that are whole', async () => {
    const rows: TableRow[] = []
    const cut = MYSQL.subarray(0, MYSQL.indexOf("'carol'") + 3)
    await assert.rejects(async () => {
      for await (const row of readForeignTables(pieces(cut), { tables: ['subscriber'] })) {
        rows.push(row)
      }
    }, /not whole/)
    assert.equal(rows.length, 2)
  })

  test('rows whose columns nobody names are not guessed', async () => {
    const dump = "-- MySQL dump\nINSERT INTO `subscriber` VALUES (1,'alice');\n"
    await assert.rejects(rowsOf(dump), /line 2: the dump does not name the columns of subscriber/)
  })

  test('many megabytes of other tables and rows pass in the memory of one piece', async () => {
    const other = Buffer.from(`INSERT INTO \`acc\` VALUES (1,'${'x'.repeat(500)}');\n`.repeat(1500))
    const row = Buffer.from("INSERT INTO `subscriber` (`username`) VALUES ('alice');\n")
    const dump = Readable.from(Array.from({ length: 80 }, (_, index) => (index % 2 ? row : other)))
    const before = process.memoryUsage().rss
    let found = 0
    for await (const one of readForeignTables(dump, { tables: ['subscriber'] })) {
      found += textOf(one, 'username') === 'alice' ? 1 : 0
    }
    assert.equal(found, 40)
    const grown = (process.memoryUsage().rss - before) / 2 ** 20
    assert.ok(grown < 200, `${grown} MB more`)
  })
})

describe('pg_dump', () => {
  const DUMP = `--
-- PostgreSQL database dump
--
SET standard_conforming_strings = on;
CREATE FUNCTION public.f() RETURNS text AS $_$ SELECT 'it''s;' $_$;
CREATE TABLE public.subscriber (
    id integer NOT NULL,
    username character varying(64) DEFAULT ''::character varying NOT NULL,
    domain character varying(64) DEFAULT ''::character varying NOT NULL,
    password character varying(64),
    ha1 character varying(128),
    CONSTRAINT ha1_check CHECK ((length((ha1)::text) > 0))
);
COPY public.location (id, username) FROM stdin;
1\tINSERT INTO subscriber
\\.
COPY public.subscriber (id, username, domain, password, ha1) FROM stdin;
1\talice\texample.com\ta\\tb\\\\\\n\tc
2\tcarol\texample.com\t\\N\t
\\.
INSERT INTO public.subscriber VALUES (3, 'o''neil\\', 'example.com', E'a\\\\b', NULL);
`

  test('COPY and INSERT are read, and backslashes mean nothing in standard strings', async () => {
    const expected = [
      ['line 18', 'alice', 'example.com', 'a\tb\\\n', 'c'],
      ['line 19', 'carol', 'example.com', undefined, ''],
      ['line 21, row 1', "o'neil\\", 'example.com', 'a\\b', undefined],
    ]
    for (const size of [1, 5, 10_000])
      assert.deepEqual(shown(await rowsOf(DUMP, { size })), expected)
  })
})

describe('sqlite3', () => {
  test('.dump of what sqlite3 itself holds gives it back', (t) => {
    if (!requireProgram(t, 'sqlite3')) return
    const dump = execFileSync('sqlite3', [':memory:'], {
      input: `CREATE TABLE subscriber (username VARCHAR(64), domain VARCHAR(64), password TEXT, ha1 BLOB);
INSERT INTO subscriber VALUES ('o''neil\\n', 'example.com', 'a' || char(10, 13) || 'b', X'00ff27');
.dump
`,
    })
    return rowsOf(dump).then((rows) => {
      assert.deepEqual(
        shown(rows).map(([, ...values]) => values),
        [["o'neil\\n", 'example.com', 'a\n\rb', "\0\xff'"]],
      )
    })
  })

  test('unistr(), as newer ones write it, is undone', async () => {
    const dump =
      "BEGIN TRANSACTION;\nINSERT INTO subscriber(username,ha1) VALUES(unistr('a\\u000ab\\\\'),NULL);\n"
    assert.deepEqual(
      (await rowsOf(dump)).map((row) => row.value('username')),
      ['a\nb\\'],
    )
  })
})

describe('CSV', () => {
  test('columns are those of the header, else username,domain,ha1,realm', async () => {
    const rows = await rowsOf('\ufeffdomain,"ha1",username\r\nexample.com,"a,""b",alice\r\n\r\n', {
      csv: true,
    })
    assert.deepEqual(shown(rows), [['line 2', 'alice', 'example.com', undefined, 'a,"b']])
    const [row] = await rowsOf('alice,example.com,abc,asterisk', { csv: true })
    assert.equal(row?.value('realm'), 'asterisk')
  })
})

describe('files that are no dump', () => {
  for (const [start, advice] of [
    ['\x1f\x8b\x08', /compressed: zcat/],
    ['PGDMP\x01', /pg_restore --file=-/],
    ['SQLite format 3\0', /sqlite3 FILE .dump/],
    ['\xff\xfeu\0', /UTF-16/],
  ] as const) {
    test(`what would make a dump of it is said: ${JSON.stringify(start)}`, async () => {
      await assert.rejects(rowsOf(Buffer.from(start, 'latin1'), { csv: true }), advice)
    })
  }
})
