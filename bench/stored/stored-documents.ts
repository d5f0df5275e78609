/** What the HTTP scenarios find in the store: a user with an icon or with buddy lists, stored over XCAP. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { createXcapClient, type XcapClient } from '../../client/xcap-client.ts'
import type { Login } from '../load/digest-signer.ts'
import { resourceLists } from './resource-lists.ts'
import { PROGRAM, type Server } from '../servers/visage.ts'
import { DOMAIN } from '../load/sip-messages.ts'
import { ha1, PASSWORD } from '../load/sip-signer.ts'

export const USER: Login = { username: `bench@${DOMAIN}`, password: PASSWORD }
export const LISTS_TYPE = 'application/resource-lists+xml'

export function addUser(server: Server): void {
  visage(server, ['user', 'add', USER.username, '--password-stdin'], USER.password)
}

/** Accounts for the presentities that sign in. */
export function addUsers(server: Server, presentities: number): void {
  const rows = Array.from({ length: presentities }, (_, id) => `p${id},${DOMAIN},${ha1(id)}\n`)
  visage(server, ['user', 'import', '-', '--format', 'kamailio'], rows.join(''))
}

function visage({ data }: Server, args: readonly string[], input: string): void {
  const all = [PROGRAM, ...args, '--data', data]
  const ran = spawnSync(process.execPath, all, { input, encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
}

function clientOf({ httpPort }: Server): XcapClient {
  return createXcapClient({
    xcapRoot: `http://127.0.0.1:${httpPort}/xcap-root`,
    credentials: USER,
  })
}

/** A picture of this many pixels a side, which is three times as many bytes as it has pixels: noise does not compress. */
export function noise(side: number): Promise<Buffer> {
  const raw = { width: side, height: side, channels: 3 } as const
  return sharp(randomBytes(side * side * 3), { raw })
    .png()
    .toBuffer()
}

/** Of an icon of about 20 KB. */
export const ICON_SIDE = 81

/** Stores an icon of this side. */
export async function putIcon(
  server: Server,
  side = ICON_SIDE,
): Promise<{ path: string; etag: string; body: Buffer }> {
  const xcap = clientOf(server)
  const body = await noise(side)
  const uri = { auid: 'oma_status-icon', xui: `sip:${USER.username}`, path: ['noise.png'] }
  const { etag = '' } = await xcap.put(uri, { contentType: 'image/png', body })
  return { path: new URL(xcap.url(uri)).pathname, etag: `"${etag}"`, body }
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

/** An icon of 300 KB, in base64 as limits count it, that is stored again and again, another one each time, and then asked for in a small size. */
export async function iconTraffic(server: Server) {
  const { path, body } = await putIcon(server, 276)
  const shared = { status: 200, connections: 1 }
  return {
    store: {
      ...shared,
      method: 'PUT',
      path,
      headers: `Content-Type: image/png\r\nX-3GPP-Asserted-Identity: "sip:${USER.username}"\r\n`,
      // What follows the picture's end makes it another file.
      body: `${body.toString('latin1')}{count}`,
    },
    show: { ...shared, method: 'GET', path: `/icons/${USER.username}?s=96` },
  } as const
}
