/** twinkle-console: Twinkle without its window, driven over its standard input. What it learns of its buddies is in its log. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { PASSWORD, watchLines, type Running } from './visage-process.ts'

export interface Twinkle {
  readonly running: Running
  command(text: string): void
  /** Waits until the state that it took over last for the buddy is this. */
  shows(buddy: string, state: 'open' | 'closed'): Promise<void>
  /** By SIGKILL if nothing else is said: it does not end by SIGTERM. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

export async function startTwinkle({
  user,
  server,
  transport,
  buddies = [],
}: {
  user: string
  /** SIP port of Visage on 127.0.0.1. */
  server: number
  transport: 'udp' | 'tcp'
  buddies?: readonly string[]
}): Promise<Twinkle> {
  const home = await mkdtemp(join(tmpdir(), 'visage-twinkle-'))
  const folder = join(home, '.twinkle')
  await mkdir(folder)
  await writeFile(join(folder, `${user}.cfg`), profile(user, server, transport))
  await writeFile(join(folder, 'twinkle.sys'), await system())
  const list = buddies.map((buddy) => `${buddy}|sip:${buddy}@localhost|y\n`)
  await writeFile(join(folder, `${user}.bud`), list.join(''))
  // Its Call-IDs are made of the second in which it starts: two of one second are taken for one. RFC 3261 §8.2.2.2
  await setTimeout(1000 - (Date.now() % 1000))
  const child = spawn('twinkle-console', [`${user}.cfg`], {
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const running = watchLines(child)
  child.stdin.on('error', () => undefined)
  const isRegistered = running.line((line) => line.includes('registration succeeded'))
  await isRegistered.catch(async (error: unknown) => {
    await running.stop('SIGKILL')
    throw error
  })
  const log = () => readFile(join(folder, 'twinkle.log'), 'latin1')
  return {
    running,
    command: (text) => void child.stdin.write(`${text}\n`),
    shows: async (buddy, state) => {
      const give = Date.now() + 10_000
      for (;;) {
        const text = await log()
        if (lastState(text, buddy) === state) return
        if (Date.now() > give) throw new Error(`${buddy} is not ${state}:\n${text.slice(-3000)}`)
        await setTimeout(100)
      }
    },
    stop: async (signal = 'SIGKILL') => {
      await running.stop(signal)
      await rm(home, { recursive: true, force: true })
    },
  }
}

function lastState(log: string, buddy: string): string | undefined {
  const changes = [...log.matchAll(/Presence state changed to: (\w+)\nsip:(\w+)@/g)]
  return changes.findLast((change) => change[2] === buddy)?.[1]
}

function profile(user: string, server: number, transport: 'udp' | 'tcp'): string {
  return [
    `user_name=${user}`,
    'user_domain=localhost',
    'auth_realm=localhost',
    `auth_name=${user}`,
    `auth_pass=${PASSWORD}`,
    `outbound_proxy=127.0.0.1:${server}`,
    'all_requests_to_proxy=yes',
    `registrar=127.0.0.1:${server}`,
    'register_at_startup=yes',
    `sip_transport=${transport}`,
    'pres_publish_startup=yes',
    'zrtp_enabled=no',
    '',
  ].join('\n')
}

/** The machine may have no sound, and every test its own port. */
async function system(): Promise<string> {
  const devices = ['dev_ringtone', 'dev_speaker', 'dev_mic'].map((name) => `${name}=oss:/dev/null`)
  return [`sip_port=${await freePort()}`, ...devices, 'log_show_debug=yes', ''].join('\n')
}
