/** The server under measurement: the built program, its store in a temporary folder, the generator a trusted peer. */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { createXcapClient } from '../client/xcap-client.ts'
import { freePort } from '../test/support/free-port.ts'
import { DOMAIN } from './sip-messages.ts'

const PROGRAM = fileURLToPath(new URL('../dist/cli/visage.js', import.meta.url))
const PASSWORD = 'bench'

export interface Server {
  readonly pid: number
  readonly sipPort: number
  readonly httpPort: number
  /** Stores an icon of about 20 KB; answers with its path and tag. */
  putIcon(): Promise<{ path: string; etag: string }>
  stop(): Promise<void>
}

export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-bench-'))
  const file = join(folder, 'visage.yaml')
  const [httpPort, sipPort, adminPort] = [await freePort(), await freePort(), await freePort()]
  await writeFile(file, JSON.stringify(configuration(folder, { httpPort, sipPort, adminPort })))
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--config', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await healthy(httpPort)
  return {
    pid: child.pid ?? 0,
    sipPort,
    httpPort,
    putIcon: () => putIcon(httpPort, join(folder, 'data')),
    async stop() {
      child.kill('SIGINT')
      await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(
  folder: string,
  { httpPort, sipPort, adminPort }: { httpPort: number; sipPort: number; adminPort: number },
): object {
  return {
    domains: [{ name: DOMAIN, externalAccounts: true, defaultPolicy: 'allow' }],
    data: join(folder, 'data'),
    http: { listen: `127.0.0.1:${httpPort}` },
    sip: { listen: `udp:127.0.0.1:${sipPort}`, trustedPeers: '127.0.0.1/32' },
    admin: { listen: `127.0.0.1:${adminPort}` },
    log: { level: 'warn' },
  }
}

async function healthy(httpPort: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`http://127.0.0.1:${httpPort}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the server did not come up')
}

async function putIcon(httpPort: number, data: string): Promise<{ path: string; etag: string }> {
  const [username, password] = [`icon@${DOMAIN}`, PASSWORD]
  const args = [PROGRAM, 'user', 'add', username, '--password-stdin', '--data', data]
  const added = spawnSync(process.execPath, args, { input: password, encoding: 'utf8' })
  if (added.status !== 0) throw new Error(added.stderr)
  const xcap = createXcapClient({
    xcapRoot: `http://127.0.0.1:${httpPort}/xcap-root`,
    credentials: { username, password },
  })
  // Noise does not compress: 81 × 81 pixels of it are 20 KB.
  const raw = { width: 81, height: 81, channels: 3 } as const
  const body = await sharp(randomBytes(81 * 81 * 3), { raw })
    .png()
    .toBuffer()
  const uri = { auid: 'oma_status-icon', xui: `sip:${username}`, path: ['noise.png'] }
  const { etag = '' } = await xcap.put(uri, { contentType: 'image/png', body })
  return { path: new URL(xcap.url(uri)).pathname, etag: `"${etag}"` }
}
