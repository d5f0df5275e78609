/** A store with a few people, and syncs with what a test says is the directory. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { prepareImage } from '../../client/node/image-resizing.ts'
import { createDomains } from '../../core/model/domain.ts'
import { silentLog } from '../../core/model/log.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { createAccountAdministration } from '../../service/account-administration.ts'
import {
  directoryOperations,
  putDirectoryPerson,
} from '../../service/administration/directory-operations.ts'
import type { Ask } from '../../service/administration/operation.ts'
import { readConfiguration } from '../../service/config.ts'
import type { DirectoryPerson, DirectorySource } from '../../service/directory/directory-source.ts'
import { syncDirectory, type DirectorySync } from '../../service/directory/directory-sync.ts'
import { openStore } from '../../service/open-store.ts'
import { systemClock } from '../../service/system-clock.ts'

export const aor = (user: string) => parseAor(`${user}@example.com`)!

export async function openDirectoryWorld(t: TestContext, accounts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-directory-'))
  const flags = { domains: ['example.com', { name: 'proxy.test', externalAccounts: true }] }
  const configuration = readConfiguration({ environment: {}, folder, flags })
  const store = await openStore(configuration, { clock: systemClock, log: silentLog })
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  for (const user of accounts) {
    await store.accounts.put({ aor: aor(user), aliases: [], credentials: [] })
  }
  const domains = createDomains(configuration.domains)
  const administration = createAccountAdministration({ ...store, domains })
  const ground = { configuration, store, domains, accounts: administration }
  const operations = directoryOperations(ground)
  let writes = 0
  const ask: Ask = async (description, input) => {
    if (description.name === putDirectoryPerson.name) writes++
    const operation = operations.find((one) => one.description.name === description.name)
    const checked = description.input.parse(input) as never
    const result = await operation!.run(checked, { who: 'local:test' })
    return description.output.parse(result)
  }
  const sync = (source: DirectorySource, more: Partial<DirectorySync> = {}) =>
    syncDirectory({
      ...{ ask, source, prepare: prepareImage, dryRun: false, force: false },
      policy: { lock: false, names: 'missing' },
      onProgress: () => undefined,
      ...more,
    })
  return {
    ...{ folder, store, sync, writes: () => writes },
    icon: async (user: string) => (await store.documents.currentIcon(aor(user)))?.icon.hash,
    name: async (user: string) => (await store.accounts.find(aor(user)))?.name,
  }
}

/** An LDAP directory's answer, without LDAP. */
export function saying(people: readonly DirectoryPerson[], problem?: string): DirectorySource {
  return {
    kind: 'ldap',
    async *people() {
      for (const person of people) yield Promise.resolve(person)
      if (problem !== undefined) throw new Error(problem)
    },
  }
}
