/** What the HTTP scenarios find in the store: a user with an icon or with buddy lists, stored over XCAP. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { createXcapClient, type XcapClient } from '../client/xcap-client.ts'
import type { Login } from './digest-signer.ts'
import { resourceLists } from './resource-lists.ts'
import { PROGRAM, type Server } from './server.ts'
import { DOMAIN } from './sip-messages.ts'

export const USER: Login = { username: `bench@${DOMAIN}`, password: 'bench' }
export const LISTS_TYPE = 'application/resource-lists+xml'

export function addUser({ data }: Server): void {
  const { username, password } = USER
  const args = [PROGRAM, 'user', 'add', username, '--password-stdin', '--data', data]
  const added = spawnSync(process.execPath, args, { input: password, encoding: 'utf8' })
  if (added.status !== 0) throw new Error(added.stderr)
}

function clientOf({ httpPort }: Server): XcapClient {
  return createXcapClient({
    xcapRoot: `http://127.0.0.1:${httpPort}/xcap-root`,
    credentials: USER,
  })
}

/** Stores an icon of about 20 KB. */
export async function putIcon(server: Server): Promise<{ path: string; etag: string }> {
  const xcap = clientOf(server)
  // Noise does not compress: 81 × 81 pixels of it are 20 KB.
  const raw = { width: 81, height: 81, channels: 3 } as const
  const body = await sharp(randomBytes(81 * 81 * 3), { raw })
    .png()
    .toBuffer()
  const uri = { auid: 'oma_status-icon', xui: `sip:${USER.username}`, path: ['noise.png'] }
  const { etag = '' } = await xcap.put(uri, { contentType: 'image/png', body })
  return { path: new URL(xcap.url(uri)).pathname, etag: `"${etag}"` }
}

/** Stores buddy lists of this length for each lane; their path, with `{lane}` in it. */
export async function putLists(server: Server, lanes: number, bytes: number): Promise<string> {
  const xcap = clientOf(server)
  const uriOf = (name: string) => ({
    auid: 'resource-lists',
    xui: `sip:${USER.username}`,
    path: [name],
  })
  const body = Buffer.from(resourceLists(bytes, 'Somebody'))
  for (let lane = 0; lane < lanes; lane++) {
    await xcap.put(uriOf(`index${lane}`), { contentType: LISTS_TYPE, body })
  }
  return `${new URL(xcap.url(uriOf('index'))).pathname}{lane}`
}
