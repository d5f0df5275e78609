/** What `visage icon` does and prints. */
import { writeFile } from 'node:fs/promises'
import {
  approveIcon,
  getHeldImage,
  listHeldIcons,
  rejectIcon,
} from '../../service/administration/approval-operations.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags, StoreFlags } from './user-flags.ts'

export interface HeldFlags extends ListFlags {
  readonly domain?: string
}

export async function listWaiting({ json, domain, ...flags }: HeldFlags): Promise<void> {
  const within = domain === undefined ? {} : { domain }
  await administrationOf(flags, async (ask) => {
    let after: string | undefined
    do {
      const { icons, next } = await ask(listHeldIcons, { ...within, ...(after && { after }) })
      for (const icon of icons) {
        const { address, storedAt, mediaType, width, height } = icon
        const size = `${width} × ${height}`
        print(json ? JSON.stringify(icon) : [address, storedAt, mediaType, size].join('\t'))
      }
      after = next
    } while (after !== undefined)
  })
}

export async function showIcon(address: string, file: string, flags: StoreFlags): Promise<void> {
  const { bytes } = await administrationOf(flags, (ask) => ask(getHeldImage, { address }))
  if (file === '-') process.stdout.write(bytes)
  else await writeFile(file, bytes, { flag: 'wx' })
}

export async function approve(address: string, flags: StoreFlags): Promise<void> {
  const icon = await administrationOf(flags, (ask) => ask(approveIcon, { address }))
  print(`Approved the icon of ${icon.address}`)
}

export async function reject(address: string, flags: StoreFlags): Promise<void> {
  const icon = await administrationOf(flags, (ask) => ask(rejectIcon, { address }))
  print(`Removed the icon of ${icon.address} that waited`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
