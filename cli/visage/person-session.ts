/** What `visage user suspend | resume | export | erase` do and print. */
import { createInterface } from 'node:readline/promises'
import { pipeline } from 'node:stream/promises'
import { resumeAccount, suspendAccount } from '../../service/administration/account-operations.ts'
import { erasePerson, exportPerson } from '../../service/administration/person-operations.ts'
import { writeNewFile } from '../new-file.ts'
import { UsageError } from '../usage-error.ts'
import { administrationOf } from './administration.ts'
import type { StoreFlags } from './user-flags.ts'

export interface EraseFlags extends StoreFlags {
  readonly yes?: boolean
}

export interface ExportFlags extends StoreFlags {
  readonly output?: string
}

export async function exportTo(address: string, { output, ...flags }: ExportFlags): Promise<void> {
  const file = output ?? `${address.replace(/^\w+:/, '').replaceAll('/', '_')}.zip`
  await administrationOf(flags, async (ask) => {
    const archive = async () => (await ask(exportPerson, { address })).bytes
    if (file === '-') await pipeline(await archive(), process.stdout, { end: false })
    else await writeNewFile(file, archive)
  })
  if (file === '-') return
  print(`Saved what is stored about ${address} as ${file}`)
}

export async function suspend(address: string, flags: StoreFlags): Promise<void> {
  const account = await administrationOf(flags, (ask) => ask(suspendAccount, { address }))
  print(`Suspended ${account.address}`)
}

export async function resume(address: string, flags: StoreFlags): Promise<void> {
  const account = await administrationOf(flags, (ask) => ask(resumeAccount, { address }))
  print(`${account.address} is back`)
}

export async function erase(address: string, { yes, ...flags }: EraseFlags): Promise<void> {
  if (!yes && !(await isSure(address))) {
    print('Nothing was erased')
    process.exitCode = 1
    return
  }
  const done = await administrationOf(flags, (ask) => ask(erasePerson, { address }))
  const { documents, publications, subscriptions, registrations, contacts, mentions } = done
  print(
    `Erased ${address}: ${documents} documents, ${publications} publications, ` +
      `${subscriptions} subscriptions, ${registrations} registrations, ${contacts} contacts`,
  )
  if (mentions > 0) {
    print(`${mentions} documents of other people still name the address: they are theirs`)
  }
}

async function isSure(address: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('erase asks first; --yes answers it')
  const dialog = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await dialog.question(`Erase everything of ${address} for good? (yes/no) `)
  dialog.close()
  return answer.trim().toLowerCase() === 'yes'
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
