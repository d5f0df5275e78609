/** linphonec: liblinphone's softphone in a process of its own, driven over its standard input. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { PASSWORD, watchLines, type Running } from './visage-process.ts'

export interface Linphonec {
  readonly running: Running
  command(text: string): void
  /** Waits until it has printed that the friend is so, after the line that the last call found. */
  shows(friend: string, status: string): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
}

export async function startLinphonec({
  user,
  server,
  transport = 'udp',
  friends = [],
  listUri,
}: {
  user: string
  /** SIP port of Visage on 127.0.0.1. */
  server: number
  transport?: 'udp' | 'tcp'
  friends?: readonly string[]
  /** Subscribes to all friends at once, as a list that it sends along. RFC 5367. */
  listUri?: string
}): Promise<Linphonec> {
  const home = await mkdtemp(join(tmpdir(), 'visage-linphonec-'))
  await mkdir(join(home, '.local/share/linphone'), { recursive: true })
  const file = join(home, 'linphonerc')
  const settings = sections({ user, server, transport, friends, port: await freePort(), listUri })
  await writeFile(file, settings)
  const child = spawn('linphonec', ['-c', file], {
    env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const running = watchLines(child)
  child.stdin.on('error', () => undefined)
  const command = (text: string) => void child.stdin.write(`${text}\n`)
  let read = 0
  return {
    running,
    command,
    shows: async (friend, status) => {
      const text = `<sip:${friend}@localhost> is ${status}`
      const found = await running.line((line) => line.includes(text), read)
      read = running.lines.indexOf(found, read) + 1
    },
    stop: async (signal = 'SIGTERM') => {
      await running.stop(signal)
      await rm(home, { recursive: true, force: true })
    },
  }
}

function sections({
  user,
  server,
  transport,
  friends,
  port,
  listUri,
}: {
  user: string
  server: number
  transport: string
  friends: readonly string[]
  port: number
  listUri: string | undefined
}): string {
  const proxy = `<sip:127.0.0.1:${server};transport=${transport}>`
  const sip = [
    '[sip]',
    `sip_port=${port}`,
    `sip_tcp_port=${port}`,
    'sip_tls_port=0',
    'use_ipv6=0',
    'default_proxy=0',
    'register_only_when_network_is_up=0',
    ...(listUri === undefined ? [] : [`rls_uri=${listUri}`]),
  ]
  const account = [
    '[proxy_0]',
    `reg_proxy=${proxy}`,
    `reg_route=${proxy}`,
    `reg_identity=sip:${user}@localhost`,
    'reg_expires=600',
    'reg_sendregister=1',
    'publish=1',
    '[auth_info_0]',
    `username=${user}`,
    `passwd=${PASSWORD}`,
    'realm=localhost',
  ]
  const list = friends.flatMap((friend, index) => [
    `[friend_${index}]`,
    `url="${friend}" <sip:${friend}@localhost>`,
    'pol=accept',
    'subscribe=1',
  ])
  const network = listUri === undefined ? [] : ['[net]', 'friendlist_subscription_enabled=1']
  return [...sip, ...network, ...account, ...list, ''].join('\n')
}
