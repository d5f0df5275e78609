/** The programs of a PostgreSQL server, run as a user that is not root, since they refuse to be. */
import { execFileSync, spawn, type SpawnOptions } from 'node:child_process'
import { chownSync, readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { dirname, join } from 'node:path'
import { pathOf } from '../../setup/debian-tools.mjs'

export interface Server {
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves when its main process has ended. */
  readonly over: Promise<void>
}

/** Whom root starts it as: the package made this user. */
const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined

function idOf(flag: '-u' | '-g'): number {
  try {
    return Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return 65_534
  }
}

/** The folder belongs to whom the programs run as. */
export function giveFolder(folder: string): void {
  if (owner) chownSync(folder, owner.uid, owner.gid)
}

function programs(): string {
  return dirname(pathOf('postgres') ?? '')
}

const quietly = (): SpawnOptions => ({
  ...owner,
  cwd: '/',
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
})

/** Gives what it wrote. Rejects with what it said when it fails. */
export async function runTool(name: string, args: readonly string[]): Promise<string> {
  const child = spawn(join(programs(), name), args, {
    ...quietly(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [written, said]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (part: Buffer) => written.push(part))
  child.stderr.on('data', (part: Buffer) => said.push(part))
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const text = Buffer.concat(written).toString()
  if (status !== 0) throw new Error(`${name} failed: ${text}${Buffer.concat(said).toString()}`)
  return text
}

/** Resolves when it takes connections. */
export async function startServer({
  folder,
  port,
  settings,
}: {
  folder: string
  port: number
  settings: readonly string[]
}): Promise<Server> {
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings]
  const args = ['-D', folder, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])]
  const child = spawn(join(programs(), 'postgres'), args, {
    ...quietly(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (part: Buffer) => {
    said = `${said}${part.toString()}`.slice(-4_000)
  })
  const over = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`postgres did not start: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    over,
    kill(signal) {
      // Its number may be another's afterwards.
      const runs = child.exitCode === null && child.signalCode === null
      if (runs) killAll(child.pid, signal)
    },
  }
}

/** Its main process first, so that it starts no other; a process that has just ended is no matter. */
function killAll(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  for (const one of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(one, signal)
    } catch {
      // It is gone.
    }
  }
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    return text.trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** The first byte of its answer to a request for TLS: it listens before it can be asked anything. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    const tell = (ready: boolean) => {
      socket.destroy()
      resolve(ready)
    }
    socket.once('error', () => {
      tell(false)
    })
    socket.once('data', () => {
      tell(true)
    })
    socket.once('close', () => {
      tell(false)
    })
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
  })
}
