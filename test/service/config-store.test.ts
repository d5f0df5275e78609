/** Configuration of the store: in the data folder, or in a database, whose address is told to nobody. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readConfiguration } from '../../service/config.ts'
import { storePlace } from '../../service/store-place.ts'

const folder = mkdtempSync(join(tmpdir(), 'visage-config-'))
const file = join(folder, 'visage.yaml')
after(() => {
  rmSync(folder, { recursive: true })
})

function read(yaml: string, { environment = {} }: { environment?: Record<string, string> } = {}) {
  writeFileSync(file, yaml)
  return readConfiguration({ file, environment, flags: {}, folder })
}

test('the address of the database comes from the file that is named, or from the environment', () => {
  writeFileSync(join(folder, 'database'), 'postgres://u:secret@one,two:5433/d\n')
  const named = read('domains: a\nstore: { type: postgres, urlFile: database, node: n }')
  const url = 'postgres://u:secret@one,two:5433/d'
  const place = { type: 'postgres', url, node: 'n', backupBeforeUpgrade: true }
  assert.deepEqual(storePlace(named.store), place)
  const environment = {
    VISAGE_STORE_TYPE: 'postgres',
    VISAGE_STORE_URL_FILE: join(folder, 'database'),
    VISAGE_STORE_NODE: 'n',
  }
  assert.deepEqual(storePlace(read('domains: a', { environment }).store), place)
  const embedded = { type: 'level', backupBeforeUpgrade: true }
  assert.deepEqual(storePlace(read('domains: a').store), embedded)
})

test('store.backupBeforeUpgrade can be switched off, on both engines', () => {
  for (const engine of ['type: level', 'type: postgres, url: "postgres://h/d"']) {
    const { store } = read(`domains: a\nstore: { ${engine}, backupBeforeUpgrade: false }`)
    assert.equal(storePlace(store).backupBeforeUpgrade, false)
  }
})

const mistakes: readonly [name: string, yaml: string, expected: RegExp][] = [
  [
    'a database without its kind',
    'domains: a\nstore: { url: "postgres://u:secret@h/d", node: n }',
    /^store\.url: is for store\.type: postgres\nstore\.node: is for store\.type: postgres$/,
  ],
  [
    'a database without an address',
    'domains: a\nstore: { type: postgres }',
    /^store\.url: is missing$/,
  ],
  [
    'two addresses of a database',
    'domains: a\nstore: { type: postgres, url: "postgres://h/d", urlFile: x }',
    /^store\.urlFile: store\.url is given already$/,
  ],
  [
    'an address that is none of a database, without the password in it',
    'domains: a\nstore: { type: postgres, url: "mysql://u:secret@h/d" }',
    /^store\.url: (?!.*secret).*postgres:\/\//,
  ],
  [
    'a name of a node that workers could not be told from',
    'domains: a\nstore: { type: postgres, url: "postgres://h/d", node: a/2 }',
    /^store\.node: expected up to 60 letters/,
  ],
]

for (const [name, yaml, expected] of mistakes) {
  test(`${name} is named by its key`, () => {
    assert.throws(
      () => read(yaml),
      (error: Error) => expected.test(error.message.replaceAll(`${file}: `, '')),
    )
  })
}
