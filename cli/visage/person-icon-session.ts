/** What `visage icon put | remove | lock | unlock` do and print. */
import { readFile } from 'node:fs/promises'
import { lockIcon, unlockIcon } from '../../service/administration/icon-lock-operations.ts'
import { putIcon, removeIcon } from '../../service/administration/icon-operations.ts'
import { administrationOf } from './administration.ts'
import type { StoreFlags } from './user-flags.ts'

export async function putPersonIcon(
  address: string,
  file: string,
  flags: StoreFlags,
): Promise<void> {
  const bytes = await readFile(file)
  const { outcome } = await administrationOf(flags, (ask) => ask(putIcon, { address, bytes }))
  print(outcome === 'unchanged' ? `${address} has that icon` : `Put the icon of ${address}`)
}

export async function removePersonIcon(address: string, flags: StoreFlags): Promise<void> {
  const { removed } = await administrationOf(flags, (ask) => ask(removeIcon, { address }))
  print(`Removed ${removed === 1 ? 'the icon' : `${removed} icons`} of ${address}`)
}

export async function lock(address: string, flags: StoreFlags): Promise<void> {
  await administrationOf(flags, (ask) => ask(lockIcon, { address }))
  print(`The icon of ${address} is locked`)
}

export async function unlock(address: string, flags: StoreFlags): Promise<void> {
  await administrationOf(flags, (ask) => ask(unlockIcon, { address }))
  print(`${address} may change the icon`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
