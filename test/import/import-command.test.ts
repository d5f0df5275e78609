/** `visage import` on a store that no service runs on: what only the whole file shows. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand } from '../cli/command.ts'

const RULES = (id: string) =>
  `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="${id}"><conditions/><actions/><transformations/></rule></ruleset>`
const DUMP = `-- MySQL dump
INSERT INTO \`xcap\` (\`username\`,\`domain\`,\`doc\`,\`doc_type\`,\`doc_uri\`) VALUES
('alice','example.com','${RULES('a')}',2,'index.xml'),
('alice','example.com','${RULES('b')}',32,'index.xml'),
('alice','example.com','${' '.repeat(9 * 2 ** 20)}',4,'index');
`

test('two rows that are one document do not take turns, one that is too long stops nothing, and a file without the table is a failure', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'visage-import-'))
  t.after(() => {
    rmSync(home, { recursive: true })
  })
  const dump = join(home, 'xcap.sql')
  writeFileSync(dump, DUMP)
  const run = (args: string[], input = '') =>
    runCommand('visage', ['import', ...args], { home, input })

  const accounts = 'alice,example.com,0cc175b9c0f1b6a831c399e269772661\n'
  const created = await run(['accounts', '-'], accounts)
  assert.equal(created.stdout, '1 created, 0 changed, 0 unchanged, 0 refused\n')
  const documents = ['documents', dump, '--overwrite', '--table', 'openxcap.XCAP']
  const first = await run(documents)
  assert.match(first.stderr, /row 2: alice@example.com .*: it stands in line 3, row 1 already/)
  assert.match(first.stderr, /row 3: alice@example.com: the document is longer than 8 MB/)
  assert.match(first.stdout, /^1 created, 0 changed, 0 unchanged, 0 kept, 2 refused/)
  const second = await run(documents)
  assert.match(second.stdout, /^0 created, 0 changed, 1 unchanged, 0 kept, 2 refused/)
  const wrong = await run(['accounts', dump])
  assert.match(wrong.stderr, /there is no row of a table subscriber/)
  assert.equal(wrong.code, 1)
})
