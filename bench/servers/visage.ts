/** The server under measurement: the built program, its store in a temporary folder, the generator a trusted peer. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/free-port.ts'
import { certificatePaths } from '../../test/support/certificates.ts'
import { startCluster } from '../../test/store/postgres/cluster.ts'
import { DOMAIN } from '../load/sip-messages.ts'
import { runProgram, temporaryFolder, type Running } from './running.ts'

export const PROGRAM = fileURLToPath(new URL('../../dist/cli/visage.js', import.meta.url))

export interface Server extends Running {
  readonly sipPort: number
  readonly tlsPort: number
  readonly httpPort: number
  /** Folder of its store. */
  readonly data: string
  /** Kills it and starts it again, on the same ports and the same store. */
  restart(): Promise<void>
}

/** How it differs from the plain one. */
export interface Setting {
  /** Nobody is trusted: whoever publishes signs in. */
  readonly digest?: boolean
  readonly workers?: number
  /** In a PostgreSQL cluster of the bench's own, instead of the embedded store. */
  readonly postgres?: boolean
  /** A folder that holds a store already; absent: one of its own. */
  readonly data?: string
}

/** All of the load comes from one address, and some of it from one account. */
const ONE_SOURCE = {
  sipConnectionsPerAddress: 100_000,
  sipConnections: 100_000,
  sipRequestsPerSource: 0,
  sipRequestsPerAccount: 0,
  httpRequestsPerSource: 0,
  httpRequestsPerAccount: 0,
  uploadsPerSource: 0,
  uploadsPerAccount: 0,
}

interface Ports {
  readonly httpPort: number
  readonly sipPort: number
  readonly tlsPort: number
  readonly adminPort: number
}

export async function startVisage(setting: Setting = {}): Promise<Server> {
  const folder = await temporaryFolder()
  const [httpPort, sipPort, tlsPort] = [await freePort(), await freePort(), await freePort()]
  const ports = { httpPort, sipPort, tlsPort, adminPort: await freePort() }
  const data = setting.data ?? join(folder, 'data')
  const file = join(folder, 'visage.yaml')
  const cluster = setting.postgres === true ? await startCluster({ fsync: true }) : undefined
  const store = cluster && { type: 'postgres', url: cluster.url(await cluster.createDatabase()) }
  const all = { ...configuration(data, ports, setting), ...(store && { store }) }
  await writeFile(file, JSON.stringify(all))
  const workers = setting.workers === undefined ? [] : ['--workers', String(setting.workers)]
  const serve = () =>
    runProgram({
      program: process.execPath,
      args: [PROGRAM, 'serve', '--config', file, ...workers],
      folder,
      ready: () => healthy(httpPort),
    })
  let running = await serve()
  return {
    ...ports,
    data,
    get pid() {
      return running.pid
    },
    kill: () => running.kill(),
    async restart() {
      await running.kill()
      running = await serve()
    },
    async stop() {
      await running.stop()
      await cluster?.stop()
    },
  }
}

async function healthy(httpPort: number): Promise<boolean> {
  const url = `http://127.0.0.1:${httpPort}/healthz`
  return (await fetch(url).catch(() => undefined))?.ok === true
}

function configuration(
  data: string,
  { httpPort, sipPort, tlsPort, adminPort }: Ports,
  { digest = false }: Setting,
): object {
  const trusted = digest ? [] : ['127.0.0.1/32']
  return {
    domains: [{ name: DOMAIN, externalAccounts: !digest, defaultPolicy: 'allow' }],
    data,
    http: { listen: `127.0.0.1:${httpPort}`, assertedFrom: '127.0.0.1/32' },
    icons: { byAddress: 'public' },
    sip: {
      listen: [`udp:127.0.0.1:${sipPort}`, `tls:127.0.0.1:${tlsPort}`],
      tls: certificatePaths('localhost'),
      trustedPeers: trusted,
    },
    admin: { listen: `127.0.0.1:${adminPort}` },
    limits: ONE_SOURCE,
    log: { level: 'warn' },
  }
}
