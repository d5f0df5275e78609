/** Visage and its commands as a person runs them: the built programs, in processes of their own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const programs = (
  JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { bin: Record<string, string> }
).bin

/** Milliseconds that a test waits for a line, or for the server, before it fails. */
const PATIENCE = 30_000

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly lines: string[]
  readonly errors: string[]
  /** The first line, present or to come, that the test accepts; only those from the given number on. */
  line(accept: (line: string) => boolean, from?: number): Promise<string>
  /** Ends the process with the signal and waits for it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts one of the programs that package.json's `bin` names. */
export function start(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Running {
  const path = programs[program]
  if (!path) throw new Error(`package.json names no program ${program}`)
  const child = spawn(process.execPath, [join(root, path), ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  return watchLines(child)
}

/** Follows what any child process prints, line by line. */
export function watchLines(child: ChildProcess): Running {
  const lines: string[] = []
  const errors: string[] = []
  const waiting = new Set<() => void>()
  const follow = (stream: NodeJS.ReadableStream | null, into: string[]) => {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      into.push(...parts)
      for (const look of waiting) look()
    })
  }
  follow(child.stdout, lines)
  follow(child.stderr, errors)
  const exited = once(child, 'exit') as Promise<[number | null]>
  return {
    child,
    lines,
    errors,
    line: (accept, from = 0) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`no such line in:\n${lines.join('\n')}\n--\n${errors.join('\n')}`))
        }, PATIENCE)
        const look = () => {
          const found = lines.slice(from).find(accept)
          if (found === undefined) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    stop: async (signal = 'SIGINT') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return (await exited)[0]
    },
  }
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const running = start(program, args, env)
  running.child.stdin?.end(input)
  const [code] = (await once(running.child, 'close')) as [number | null]
  return { code, stdout: running.lines.join('\n'), stderr: running.errors.join('\n') }
}

export interface VisageProcess {
  readonly folder: string
  readonly data: string
  readonly httpPort: number
  readonly sipPort: number
  readonly xcapRoot: string
  /** `udp:HOST:PORT` */
  readonly sip: string
  readonly server: Running
  /** Flags of a client command that speaks for this account. */
  as(user: string): string[]
  addUser(user: string, ...flags: string[]): Promise<void>
  /** Ends the server with the signal and starts it again on the same ports and store. */
  restart(signal: NodeJS.Signals): Promise<void>
  end(): Promise<void>
}

export const PASSWORD = 'correct-horse-battery'

/** A server of the domain `localhost` with the accounts named, on free ports and a store of its own. */
export async function startVisage({
  users = [],
  config = {},
  env = {},
}: {
  users?: readonly string[]
  config?: Record<string, unknown>
  env?: NodeJS.ProcessEnv
} = {}): Promise<VisageProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-test-'))
  const [httpPort, sipPort, adminPort] = [await freePort(), await freePort(), await freePort()]
  const data = join(folder, 'data')
  const file = join(folder, 'visage.yaml')
  const { http, sip, ...rest } = config as { http?: { listen?: object[] }; sip?: object }
  const settings = {
    domains: [{ name: 'localhost', aliases: ['127.0.0.1'] }],
    data,
    // Listeners that a test asks for stand beside its own.
    http: { ...http, listen: [`127.0.0.1:${httpPort}`, ...(http?.listen ?? [])] },
    sip: { listen: [`udp:127.0.0.1:${sipPort}`, `tcp:127.0.0.1:${sipPort}`], ...sip },
    admin: { listen: `127.0.0.1:${adminPort}` },
    ...rest,
  }
  await writeFile(file, JSON.stringify(settings))
  const serve = async () => {
    const server = start('visage', ['serve', '--config', file], env)
    await healthy(httpPort, server)
    return server
  }
  const visage = {
    folder,
    data,
    httpPort,
    sipPort,
    xcapRoot: `http://127.0.0.1:${httpPort}/xcap-root`,
    sip: `udp:127.0.0.1:${sipPort}`,
    server: await serve(),
    as: (user: string) => [
      ...['--account', user, '--password', PASSWORD],
      ...['--xcap-root', visage.xcapRoot, '--sip', visage.sip],
    ],
    addUser: async (user: string, ...flags: string[]) => {
      const args = ['user', 'add', user, '--password-stdin', '--data', data, ...flags]
      const { code, stderr } = await run('visage', args, { input: `${PASSWORD}\n` })
      if (code !== 0) throw new Error(`user add ${user}: ${stderr}`)
    },
    restart: async (signal: NodeJS.Signals) => {
      await visage.server.stop(signal)
      visage.server = await serve()
    },
    end: async () => {
      await visage.server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  for (const user of users) await visage.addUser(user)
  return visage
}

async function healthy(port: number, server: Running): Promise<void> {
  const give = Date.now() + PATIENCE
  while (server.child.exitCode === null && Date.now() < give) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await server.stop('SIGKILL')
  const said = [...server.lines, ...server.errors].join('\n')
  throw new Error(`visage serve did not come up:\n${said}`)
}
