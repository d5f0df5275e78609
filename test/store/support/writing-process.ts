/** Writes documents, icons and publications without end, and prints a line for each that the store acknowledged. */
import { randomBytes } from 'node:crypto'
import { silentLog } from '../../../core/model/log.ts'
import { openLevelStore } from '../../../core/store/level-store.ts'
import type { Aor } from '../../../core/uri/aor.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { icon, iconId, listId, publication, text } from '../contract/sample.ts'

const folder = process.argv[2] ?? ''
const { documents, eventState } = await openLevelStore({
  folder,
  clock: createManualClock(),
  log: silentLog,
})

async function writeDocuments(lane: number): Promise<void> {
  for (let n = 0; ; n++) {
    const path = `${lane}-${n}`
    await documents.put({ ...listId, path }, text(path), {})
    process.stdout.write(`document ${path}\n`)
  }
}

async function writeIcons(): Promise<void> {
  for (let n = 0; ; n++) {
    await documents.put(iconId(`${n}`), icon(`t${n}`, randomBytes(2_000)), {})
    process.stdout.write(`icon ${n}\n`)
  }
}

async function writePublications(): Promise<void> {
  for (let n = 0; ; n++) {
    const presentity = `sip:p${n}@example.com`
    await eventState.write([{ put: 'publication', record: publication(presentity as Aor) }])
    process.stdout.write(`publication ${presentity}\n`)
  }
}

await Promise.all([writeDocuments(1), writeDocuments(2), writeIcons(), writePublications()])
