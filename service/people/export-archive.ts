/** Export of a person, as a zip archive. The names of its files are the same each time; what a person may store bounds its size. */
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { AccountProblem } from '../account-problem.ts'
import { exportedFiles } from './exported-files.ts'
import { findPerson } from './person-addresses.ts'

/** Rejects with AccountProblem when nothing is stored about anybody of this address. */
export type ExportPerson = (address: string) => Promise<Uint8Array>

export function createExport({
  store,
  domains,
  data,
  clock,
}: {
  store: OpenedStore
  domains?: Domains | undefined
  data: string
  clock: Clock
}): ExportPerson {
  return async (address) => {
    const person = await findPerson(address, { accounts: store.accounts, domains })
    const archive = new ZipFile()
    const bytes = buffer(archive.outputStream)
    const taken = new Set<string>()
    let isEmpty = !person.account
    for await (const { path, content, storedAt } of exportedFiles(person, { store, data })) {
      if (path.includes('/')) isEmpty = false
      const mtime = new Date(storedAt ?? clock.now())
      archive.addBuffer(Buffer.from(content), freeName(path, taken), { mtime, mode: 0o100600 })
    }
    archive.end()
    if (!isEmpty) return bytes
    await bytes
    throw new AccountProblem(
      `${address}: nothing is stored about anybody of this address`,
      'absent',
    )
  }
}

/** Two pictures may be called the same. */
function freeName(path: string, taken: Set<string>): string {
  let name = path
  for (let number = 2; taken.has(name); number++) name = path.replace(/(\.\w+)?$/, `-${number}$1`)
  taken.add(name)
  return name
}
