/** baresip, headless: a softphone in a process of its own, driven over its ctrl_tcp module. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { PASSWORD, watchLines, type Running } from './visage-process.ts'

export type ContactStatus = 'Online' | 'Offline' | 'Busy' | 'Unknown'

export interface Baresip {
  command(name: string, parameters?: string): Promise<string>
  /** Waits until its REGISTER was taken, so that calls reach it. */
  registered(): Promise<void>
  /** What the contact list shows for a user. */
  status(user: string): Promise<ContactStatus>
  /** Waits until the contact list shows this. */
  shows(user: string, status: ContactStatus, milliseconds?: number): Promise<void>
  /** The requests of that method in its own trace, sent or received, as text. */
  traced(method: string): Promise<string[]>
  stop(signal?: NodeJS.Signals): Promise<void>
}

interface Phone {
  user: string
  domain?: string
  /** SIP port of Visage on 127.0.0.1. */
  server: number
  transport?: 'udp' | 'tcp'
  /** Of the same domain where they name none. */
  contacts?: readonly string[]
  /** Expires of its PUBLISH, seconds; 0: publishes nothing. */
  publishEvery?: number
  /** Expires of its REGISTER, seconds. */
  registerEvery?: number
  /** It takes every call at once. */
  answers?: boolean
}

export async function startBaresip({
  user,
  domain = 'localhost',
  server,
  transport = 'udp',
  contacts = [],
  publishEvery = 0,
  registerEvery = 60,
  answers = false,
}: Phone): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-baresip-'))
  const controlPort = await freePort()
  await configure(folder, { sipPort: await freePort(), controlPort })
  const account = [
    `<sip:${user}@${domain};transport=${transport}>;auth_pass="${PASSWORD}"`,
    `outbound="sip:127.0.0.1:${server};transport=${transport}"`,
    `regint=${registerEvery};pubint=${publishEvery};answermode=${answers ? 'auto' : 'manual'}`,
  ]
  await writeFile(join(folder, 'accounts'), `${account.join(';')}\n`)
  const list = contacts.map((name) => {
    const address = name.includes('@') ? name : `${name}@${domain}`
    return `"${name}" <sip:${address}>;presence=p2p\n`
  })
  await writeFile(join(folder, 'contacts'), list.join(''))
  const child = spawn('baresip', ['-f', folder, '-v', '-s'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const running = watchLines(child)
  const control = await ready(running, controlPort).catch(async (error: unknown) => {
    await running.stop('SIGKILL')
    throw error
  })
  const command = createCommands(control)
  const status = async (name: string) => statusIn(await command('contacts'), name)
  return {
    command,
    registered: async () => {
      const give = Date.now() + 20_000
      while (!(await command('reginfo')).includes('OK ')) {
        if (Date.now() > give) throw new Error(`not registered:\n${running.lines.join('\n')}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    status,
    shows: async (name, wanted, milliseconds = 20_000) => {
      const give = Date.now() + milliseconds
      let now = await status(name)
      while (now !== wanted) {
        if (Date.now() > give) {
          const end = running.lines.slice(-100).join('\n')
          throw new Error(`${name} is ${now}, not ${wanted}:\n${end}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 100))
        now = await status(name)
      }
    },
    traced: async (method) => {
      // Once this is answered, all that it printed before the last answer has been read.
      await command('contacts')
      return requestsIn(running.lines.join('\n'), method)
    },
    stop: async (signal = 'SIGTERM') => {
      control.destroy()
      await running.stop(signal)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function ready(running: Running, controlPort: number): Promise<Socket> {
  const ended = once(running.child, 'exit').then(() => {
    throw new Error(`baresip has ended:\n${running.lines.join('\n')}`)
  })
  await Promise.race([running.line((line) => line.includes('baresip is ready')), ended])
  const control = connect(controlPort, '127.0.0.1')
  await once(control, 'connect')
  return control
}

async function configure(
  folder: string,
  { sipPort, controlPort }: { sipPort: number; controlPort: number },
): Promise<void> {
  const lines = [
    `sip_listen 127.0.0.1:${sipPort}`,
    'net_interface 127.0.0.1',
    'module_path /usr/lib/baresip/modules',
    'module_tmp account.so',
    // What it hears is what it says, without a sound card.
    'module g711.so',
    'module aubridge.so',
    'audio_source aubridge,nil',
    'audio_player aubridge,nil',
    'module ctrl_tcp.so',
    'module_app menu.so',
    'module_app contact.so',
    'module_app presence.so',
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
  ]
  await writeFile(join(folder, 'config'), `${lines.join('\n')}\n`)
}

/** Commands and answers are JSON in netstrings; answers carry the command's token, events none. */
function createCommands(control: Socket): Baresip['command'] {
  const waiting = new Map<string, (text: string) => void>()
  let rest = Buffer.alloc(0)
  let tokens = 0
  control.on('error', () => undefined)
  control.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const colon = rest.indexOf(':')
      const length = Number(rest.subarray(0, Math.max(colon, 0)).toString())
      if (colon < 0 || rest.length < colon + length + 2) return
      const text = rest.subarray(colon + 1, colon + 1 + length).toString()
      rest = rest.subarray(colon + length + 2)
      const { token, data } = JSON.parse(text) as { token?: string; data?: string }
      if (token !== undefined) waiting.get(token)?.(data ?? '')
    }
  })
  return (name, parameters) =>
    new Promise((resolve) => {
      const token = String(++tokens)
      waiting.set(token, resolve)
      const text = JSON.stringify({ command: name, params: parameters, token })
      control.write(`${Buffer.byteLength(text)}:${text},`)
    })
}

/** A coloured `#` opens each message of the trace, `UDP FROM -> TO` is its first line. */
function requestsIn(trace: string, method: string): string[] {
  return trace
    .split('\u001b[36;1m#\n')
    .map((one) => one.slice(one.indexOf('\n') + 1))
    .filter((message) => message.startsWith(`${method} sip:`))
}

function statusIn(list: string, user: string): ContactStatus {
  const line = list.split('\n').find((one) => one.includes(`<sip:${user}@`)) ?? ''
  return (['Online', 'Offline', 'Busy'] as const).find((word) => line.includes(word)) ?? 'Unknown'
}
