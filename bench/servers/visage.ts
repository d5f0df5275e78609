/** The server under measurement: the built program, its store in a temporary folder, the generator a trusted peer. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/free-port.ts'
import { DOMAIN } from '../load/sip-messages.ts'

export const PROGRAM = fileURLToPath(new URL('../../dist/cli/visage.js', import.meta.url))

export interface Server {
  readonly pid: number
  readonly sipPort: number
  readonly httpPort: number
  /** Folder of its store. */
  readonly data: string
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
    data: join(folder, 'data'),
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
    http: { listen: `127.0.0.1:${httpPort}`, assertedFrom: '127.0.0.1/32' },
    icons: { byAddress: 'public' },
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
