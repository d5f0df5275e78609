/** What an operator asks for about people, as the operations that routes and commands have. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { createDomains } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createAccountAdministration } from '../../service/account-administration.ts'
import { createOperations } from '../../service/administration/operations.ts'
import { readConfiguration } from '../../service/config.ts'
import { createIconLocks } from '../../service/people/icon-locks.ts'
import { systemClock } from '../../service/system-clock.ts'
import { fillWithPerson } from './support/person-in-store.ts'
import { zipEntries } from './support/zip-entries.ts'

const ALICE = 'sip:alice@example.com' as Aor
const ALIAS = 'also.alice@example.com'

async function setUp(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), 'visage-people-'))
  const store = await openLevelStore({ folder: data, clock: systemClock, log: silentLog })
  t.after(async () => {
    await store.close()
    rmSync(data, { recursive: true })
  })
  const configuration = readConfiguration({
    ...{ environment: {}, folder: data },
    flags: { data, domains: ['example.com'] },
  })
  const domains = createDomains(configuration.domains)
  const accounts = createAccountAdministration({ ...store, domains })
  const ground = { configuration, store, accounts, domains, clock: systemClock, log: silentLog }
  const operations = createOperations(ground)
  const ask = (name: string, address: string) => {
    const operation = operations.find(({ description }) => description.name === name)
    return (operation ?? assert.fail(name)).run({ address } as never, { who: 'local:root' })
  }
  await fillWithPerson(store, { name: 'alice', image: randomBytes(90) })
  return { store, ask }
}

test('the icon of a person is locked and unlocked by any of her addresses', async (t) => {
  const { store, ask } = await setUp(t)
  const { isLocked } = createIconLocks(store)
  await ask('unlockIcon', ALIAS)
  assert.equal(await isLocked(ALICE), false)
  await ask('lockIcon', ALIAS)
  assert.equal(await isLocked(ALICE), true)
})

test('a person is exported and erased by any of her addresses', async (t) => {
  const { store, ask } = await setUp(t)
  const { bytes } = (await ask('exportPerson', ALIAS)) as { bytes: AsyncIterable<Uint8Array> }
  assert.ok(zipEntries(await buffer(bytes)).has('icons/me.png'))
  const { contacts } = (await ask('erasePerson', ALIAS)) as { contacts: number }
  assert.equal(contacts, 1)
  assert.equal(await store.accounts.find(ALICE), undefined)
  await assert.rejects(ask('exportPerson', ALIAS), { kind: 'absent' })
})
