/** Export of a person, as a zip archive whose files have the same names each time. */
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { AccountProblem } from '../account-problem.ts'
import { exportedFiles, type ExportedFile } from './exported-files.ts'
import { findPerson, type Person } from './person-addresses.ts'
import { zipStream, type ZippedFile } from './zip-stream.ts'

/** Made while it is read. Rejects with AccountProblem when nothing is stored about anybody of this address. */
export type ExportPerson = (address: string) => Promise<AsyncIterable<Uint8Array>>

export function createExport({
  store,
  domains,
  data,
  clock,
}: {
  store: OpenedStore
  domains?: Domains | undefined
  data: string
  clock: Pick<Clock, 'now'>
}): ExportPerson {
  return async (address) => {
    const person = await findPerson(address, { accounts: store.accounts, domains })
    if (!(await isKnown(person, store))) {
      throw new AccountProblem(
        `${address}: nothing is stored about anybody of this address`,
        'absent',
      )
    }
    return zipStream(zipped(exportedFiles(person, { store, data }), clock))
  }
}

async function isKnown(
  { account, addresses }: Person,
  { documents, people }: OpenedStore,
): Promise<boolean> {
  if (account) return true
  for (const tree of addresses) {
    if ((await documents.list(tree)).length > 0) return true
  }
  const found = await people?.eventStateOf(addresses)
  return found !== undefined && found.publications.length > 0
}

async function* zipped(
  files: AsyncIterable<ExportedFile>,
  clock: Pick<Clock, 'now'>,
): AsyncGenerator<ZippedFile> {
  const taken = new Set<string>()
  for await (const { path, content, storedAt } of files) {
    yield { path: freeName(path, taken), content, mtime: new Date(storedAt ?? clock.now()) }
  }
}

/** Two pictures may be called the same. */
function freeName(path: string, taken: Set<string>): string {
  let name = path
  for (let number = 2; taken.has(name); number++) name = path.replace(/(\.\w+)?$/, `-${number}$1`)
  taken.add(name)
  return name
}
