/** Kamailio in front of Visage, by deploy/examples/behind-kamailio/kamailio.cfg as it stands there: only its own settings at the top are changed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { PASSWORD, watchLines, type Running } from './visage-process.ts'

const CONFIGURATION = new URL('../../deploy/examples/behind-kamailio/kamailio.cfg', import.meta.url)

export interface Kamailio {
  readonly port: number
  /** The present process; its errors are its log. */
  readonly running: Running
  /** The requests that it has passed since its last start. */
  requests(method: string): { readonly to: string; readonly callId: string }[]
  /** Kills all of its processes at once and starts it again on the same port; it remembers nothing. */
  killAndStart(): Promise<void>
  stop(): Promise<void>
}

export async function startKamailio({
  users,
  visagePort,
  visageUrl = 'http://127.0.0.1:8080',
}: {
  users: readonly string[]
  /** SIP port of Visage on 127.0.0.1, UDP and TCP. */
  visagePort: number
  /** Where Visage has its icons. */
  visageUrl?: string
}): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-kamailio-'))
  const port = await freePort()
  const tables = join(folder, 'tables')
  await writeTables(tables, users)
  const file = join(folder, 'kamailio.cfg')
  await writeFile(
    file,
    withSettings(await readFile(CONFIGURATION, 'utf8'), {
      SIP_DOMAIN: 'localhost',
      PROXY_ADDRESS: `127.0.0.1:${port}`,
      VISAGE_HOST: '127.0.0.1',
      VISAGE_PORT: String(visagePort),
      ICONS_URL: visageUrl,
      DATABASE: `text://${tables}`,
    }),
  )
  const serve = async () => {
    const flags = ['-f', file, '-DD', '-E', '-w', folder, '-Y', folder, '-m', '32', '-M', '4']
    const child = spawn('kamailio', flags, {
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    const running = watchLines(child)
    await listening(port, running)
    return running
  }
  const kamailio = {
    port,
    running: await serve(),
    requests: (method: string) => requestsIn(kamailio.running.errors, method),
    killAndStart: async () => {
      await killGroup(kamailio.running.child)
      kamailio.running = await serve()
    },
    stop: async () => {
      await killGroup(kamailio.running.child)
      await rm(folder, { recursive: true, force: true })
    },
  }
  return kamailio
}

/** Kamailio's own tables as text files, with the accounts in `subscriber`. */
async function writeTables(folder: string, users: readonly string[]): Promise<void> {
  await cp('/usr/share/kamailio/dbtext/kamailio', folder, { recursive: true })
  const rows = users.map((user, index) => {
    const ha1 = createHash('md5').update(`${user}:localhost:${PASSWORD}`).digest('hex')
    return `${index}:${user}:localhost:-:${ha1}:-\n`
  })
  await appendFile(join(folder, 'subscriber'), rows.join(''))
}

function withSettings(text: string, settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings).reduce((configuration, [name, value]) => {
    const setting = new RegExp(`^#!substdef "!${name}!.*!g"$`, 'm')
    if (!setting.test(configuration)) throw new Error(`kamailio.cfg has no setting ${name}`)
    return configuration.replace(setting, `#!substdef "!${name}!${value}!g"`)
  }, text)
}

/** It logs each request that it passes: `SUBSCRIBE from sip:… to sip:alice@localhost call-id …`. */
function requestsIn(log: readonly string[], method: string): { to: string; callId: string }[] {
  return log.flatMap((line) => {
    const [, name, to, callId] = /: (\w+) from \S+ to (\S+) call-id (\S+)/.exec(line) ?? []
    return name === method && to !== undefined && callId !== undefined ? [{ to, callId }] : []
  })
}

async function listening(port: number, running: Running): Promise<void> {
  const give = Date.now() + 15_000
  while (Date.now() < give && running.child.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await setTimeout(50)
  }
  await killGroup(running.child)
  throw new Error(`kamailio did not come up:\n${running.errors.join('\n')}`)
}

/** Kamailio is a group of processes; killed one by one the others would keep the port. */
async function killGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await ended
}
