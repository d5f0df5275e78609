/** Import of accounts, documents and icons: what is right is taken, what is wrong is named, and a second time nothing is written. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, test, type TestContext } from 'node:test'
import { auid, PRES_RULES, RESOURCE_LISTS } from '../../core/model/document-id.ts'
import { createDomains } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { parseAor } from '../../core/uri/aor.ts'
import {
  importDocuments,
  importIcon,
  importOperations,
  previewAccountImport,
  previewDocumentImport,
  previewIconImport,
} from '../../service/administration/import-operations.ts'
import type { Ask } from '../../service/administration/operation.ts'
import { createAccountAdministration } from '../../service/account-administration.ts'
import type { SubscriberRow } from '../../service/account-requests.ts'
import { readConfiguration } from '../../service/config.ts'
import type { DocumentRow } from '../../service/import/document-rows.ts'
import { readForeignTables } from '../../service/import/foreign-table.ts'
import { documentOf } from '../../service/import/xcap-table.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { sampleImage } from '../images/sample-images.ts'

const ALICE = parseAor('alice@example.com')!
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

async function openDesk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-import-'))
  const clock = createManualClock()
  const store = await openLevelStore({ folder, clock, log: silentLog })
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const flags = { domains: ['example.com'], data: folder }
  const configuration = readConfiguration({ environment: {}, flags, defaults: {}, folder })
  const domains = createDomains(configuration.domains)
  const accounts = createAccountAdministration({ ...store, domains })
  await accounts.add({ address: 'alice@example.com', password: 'x' })
  const operations = importOperations({ configuration, store, domains, clock, log: silentLog })
  const ask: Ask = async ({ name, input, output }, given) => {
    const found = operations.find(({ description }) => description.name === name)
    assert.ok(found)
    return output.parse(await found.run(input.parse(given) as never, { who: 'local:test' }))
  }
  return { store, accounts, ask }
}

describe('accounts', () => {
  const alice = { line: 1, username: 'bob', domain: 'example.com' }

  async function credentialsOf(t: TestContext, row: Partial<SubscriberRow>) {
    const { accounts, store } = await openDesk(t)
    const rows = [{ ...alice, ...row }]
    assert.equal((await accounts.import({ rows })).created, 1)
    assert.equal((await accounts.import({ rows })).unchanged, 1)
    const account = await store.accounts.find(parseAor('bob@example.com')!)
    return account?.credentials.map(({ username, algorithm }) => `${username} ${algorithm}`)
  }

  test('Kamailio: ha1 is of the username, ha1b of username@domain', async (t) => {
    const row = { ha1: md5('bob:example.com:x'), ha1b: md5('bob@example.com:example.com:x') }
    assert.deepEqual(await credentialsOf(t, row), ['bob MD5', 'bob@example.com MD5'])
  })

  test('OpenSIPS: every algorithm that the table has', async (t) => {
    const row = { ha1: md5(''), ha1Sha256: 'a'.repeat(64), ha1Sha512t256: 'b'.repeat(64) }
    assert.deepEqual(await credentialsOf(t, row), ['bob MD5', 'bob SHA-256', 'bob SHA-512-256'])
  })

  test('a password gives every hash, alone or when the hash beside it is of it', async (t) => {
    const all = await credentialsOf(t, { password: 'x' })
    assert.equal(all?.length, 6)
    const both = { password: 'x', ha1: md5('bob:example.com:x') }
    assert.equal((await credentialsOf(t, both))?.length, 6)
    const older = { password: 'older', ha1: md5('bob:example.com:x') }
    assert.deepEqual(await credentialsOf(t, older), ['bob MD5'])
  })

  test('a dry run says the same and writes nothing', async (t) => {
    const { ask, store } = await openDesk(t)
    const rows = [
      { ...alice, ha1: md5('') },
      { ...alice, line: 2, username: 'carol', ha1: 'no hash' },
    ]
    const report = await ask(previewAccountImport, { rows })
    assert.equal(report.created, 1)
    assert.equal(report.refused[0]?.line, 2)
    assert.equal(await store.accounts.find(parseAor('bob@example.com')!), undefined)
  })
})

/** As each server writes its table: Kamailio a whole URI, OpenXCAP the path in the home. */
const TABLE = `-- MySQL dump
CREATE TABLE \`xcap\` (\`username\` varchar(64), \`domain\` varchar(64), \`doc\` mediumblob, \`doc_type\` int, \`doc_uri\` varchar(255));
INSERT INTO \`xcap\` VALUES ('alice','example.com','<resource-lists xmlns=\\"urn:ietf:params:xml:ns:resource-lists\\"/>',4,'/xcap-root/resource-lists/users/sip:alice@example.com/friends.xml'),
('alice','example.com','<ruleset xmlns=\\"urn:ietf:params:xml:ns:common-policy\\"/>',32,'index.xml'),
('alice','example.com','<lists/>',4,'index'),
('zed','example.com','<lists/>',4,'index'),
('alice','example.com','<a/>',1024,'index'),
('alice','example.com','<a/>',4,'/xcap-root/resource-lists/global/index');
`

async function tableRows(): Promise<(DocumentRow | string)[]> {
  const rows = []
  const dump = Readable.from([Buffer.from(TABLE)])
  for await (const row of readForeignTables(dump, { tables: ['xcap'] })) rows.push(documentOf(row))
  return rows
}

describe('documents', () => {
  test('those that a PUT would take are taken, the others named with the reason; the second run writes nothing', async (t) => {
    const { ask, store } = await openDesk(t)
    const rows = await tableRows()
    const documents = rows.filter((row) => typeof row !== 'string')
    assert.deepEqual(
      rows.filter((row) => typeof row === 'string'),
      [
        'alice@example.com: index: documents of type 1024 are not known',
        'alice@example.com: /xcap-root/resource-lists/global/index belongs to nobody',
      ],
    )
    const preview = await ask(previewDocumentImport, { documents })
    assert.equal((await store.documents.list(ALICE)).length, 0)
    const first = await ask(importDocuments, { documents })
    assert.deepEqual(preview, first)
    assert.equal(first.created, 2)
    assert.match(first.refused[0]?.problem ?? '', /must be resource-lists of/)
    assert.equal(first.refused[0]?.place, 'line 5, row 3')
    assert.match(first.refused[1]?.problem ?? '', /^zed@example.com .*no such account/)
    const stored = await store.documents.list(ALICE)
    assert.deepEqual(
      stored.map(({ id }) => [id.auid, id.path]),
      [
        [PRES_RULES, 'index'],
        [RESOURCE_LISTS, 'friends.xml'],
      ],
    )
    const second = await ask(importDocuments, { documents })
    assert.deepEqual([second.created, second.unchanged], [0, 2])
    assert.deepEqual(await store.documents.list(ALICE), stored)
  })

  test('what people have changed since stays, unless it is to be overwritten', async (t) => {
    const { ask, store } = await openDesk(t)
    const documents = (await tableRows()).slice(0, 1).filter((row) => typeof row !== 'string')
    await ask(importDocuments, { documents })
    const id = { auid: auid('resource-lists'), tree: ALICE, path: 'friends.xml' }
    const body = Buffer.from(
      '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"> </resource-lists>',
    )
    await store.documents.put(id, { contentType: 'application/resource-lists+xml', body }, {})
    assert.equal((await ask(importDocuments, { documents })).kept, 1)
    assert.deepEqual(Buffer.from((await store.documents.get(id))?.body ?? []), body)
    assert.equal((await ask(importDocuments, { documents, overwrite: true })).changed, 1)
    assert.notDeepEqual(Buffer.from((await store.documents.get(id))?.body ?? []), body)
  })
})

describe('icons', () => {
  test('whoever has none gets it, whoever has another keeps it and no lock, and nobody gets what is no picture', async (t) => {
    const { ask, store } = await openDesk(t)
    const [red, blue] = [await sampleImage('png', 8, 8), await sampleImage('png', 9, 9)]
    const address = 'alice@example.com'
    assert.deepEqual(await ask(previewIconImport, { address, bytes: red }), { outcome: 'created' })
    assert.equal(await store.documents.currentIcon(ALICE), undefined)
    assert.deepEqual(await ask(importIcon, { address, bytes: red }), { outcome: 'created' })
    assert.deepEqual(await ask(importIcon, { address, bytes: red }), { outcome: 'unchanged' })
    assert.deepEqual(await ask(importIcon, { address, bytes: blue }), { outcome: 'kept' })
    const overwrite = { address, bytes: blue, overwrite: true }
    assert.deepEqual(await ask(importIcon, overwrite), { outcome: 'changed' })
    const documents = await store.documents.list(ALICE)
    assert.equal(documents.length, 1)
    assert.equal(documents[0]?.icon?.hash, createHash('sha256').update(blue).digest('hex'))
    assert.equal(await store.administration.get('icon-lock', ALICE), undefined)
    await ask(previewIconImport, { address, bytes: blue, lock: true })
    await ask(importIcon, { address, bytes: red, lock: true })
    assert.equal(await store.administration.get('icon-lock', ALICE), undefined)
    await ask(importIcon, { address, bytes: blue, lock: true })
    assert.deepEqual(await store.administration.get('icon-lock', ALICE), {})
    await assert.rejects(ask(importIcon, { address, bytes: Buffer.from('x') }), /no PNG/)
    await assert.rejects(
      ask(importIcon, { address: 'zed@example.com', bytes: red }),
      /no such account/,
    )
  })
})
