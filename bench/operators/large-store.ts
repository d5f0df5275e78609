/** A million accounts with icons: how long the service takes to start on them. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from '../../core/model/account.ts'
import { PRES_CONTENT, STATUS_ICON_FOLDER } from '../../core/model/document-id.ts'
import { silentLog } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { DocumentContent } from '../../core/model/stores.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { systemClock } from '../../service/system-clock.ts'
import { aor, DOMAIN } from '../load/sip-messages.ts'
import { ha1 } from '../load/sip-signer.ts'
import type { Value } from '../runs/results.ts'
import { processCost } from '../servers/process-cost.ts'
import { startVisage } from '../servers/visage.ts'
import { noise } from '../stored/stored-documents.ts'

/** So many writes wait for the disk together. */
const AT_ONCE = 4000
const SIDE = 32
const ALLOWED_SECONDS = 5

export async function largeStoreValues(accounts: number): Promise<Value[]> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-large-'))
  try {
    await fillStore(folder, accounts)
    const began = performance.now()
    const server = await startVisage({ data: folder })
    const seconds = (performance.now() - began) / 1000
    const { residentMiB } = processCost(server.pid)
    await server.stop()
    const name = `start with ${accounts.toLocaleString('en')} accounts with icons`
    const group = 'operators'
    return [
      { group, name, value: seconds, unit: 's', allowed: { atMost: ALLOWED_SECONDS } },
      { group, name: `${name}, memory`, value: residentMiB, unit: 'MiB' },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** All have the same picture: its bytes are stored once, its document a million times. */
async function fillStore(folder: string, accounts: number): Promise<void> {
  const store = await openLevelStore({ folder, clock: systemClock, log: silentLog })
  const content = iconContent(await noise(SIDE))
  for (let start = 0; start < accounts; start += AT_ONCE) {
    const people = Array.from({ length: Math.min(AT_ONCE, accounts - start) }, (_, i) => start + i)
    await Promise.all(people.map((person) => addPerson(store, person, content)))
  }
  await store.close()
}

async function addPerson(
  { accounts, documents }: OpenedStore,
  person: number,
  content: (token: string) => DocumentContent,
): Promise<void> {
  const account: Account = {
    aor: aor(person) as Aor,
    aliases: [],
    credentials: [{ username: `p${person}`, realm: DOMAIN, algorithm: 'MD5', ha1: ha1(person) }],
  }
  const path = `${STATUS_ICON_FOLDER}/picture.png`
  const id = { auid: PRES_CONTENT, tree: account.aor, path }
  await Promise.all([accounts.put(account), documents.put(id, content(`token${person}.png`), {})])
}

function iconContent(bytes: Buffer): (token: string) => DocumentContent {
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex')
  const body = Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?><content xmlns="urn:oma:xml:prs:pres-content">' +
      `<mime-type>image/png</mime-type><encoding>base64</encoding><data>${bytes.toString('base64')}</data></content>`,
  )
  const picture = { width: SIDE, height: SIDE, size: bytes.length, bytes }
  const hashes = { hash: digest('sha256'), sha1: digest('sha1') }
  return (token) => ({
    contentType: 'application/vnd.oma.pres-content+xml',
    body,
    icon: { mediaType: 'image/png', ...picture, ...hashes, token },
  })
}
