/** Prosody by the configuration that docs/xmpp.md gives, with accounts, data and ports of its own on loopback. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '../../support/free-port.ts'
import { watchLines, type Running } from '../../support/visage-process.ts'
import {
  documentedConfiguration,
  OTHER_DOMAIN,
  SECRET,
  SIP_DOMAIN,
  withValues,
  XMPP_DOMAIN,
  type XmppServer,
  type XmppServerOptions,
} from './xmpp-server.ts'

const PATIENCE = 15_000

export async function createProsody({
  accounts,
  components = [SIP_DOMAIN],
  privileged = false,
}: XmppServerOptions & { privileged?: boolean }): Promise<XmppServer> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-prosody-'))
  const [clientPort, componentPort] = [await freePort(), await freePort()]
  const file = join(folder, 'prosody.cfg.lua')
  const logFile = join(folder, 'prosody.log')
  const ports = { clientPort, componentPort }
  await writeFile(file, await configuration(folder, { ...ports, components, privileged }))
  for (const [account, password] of Object.entries(accounts)) {
    await register(folder, account, password)
  }
  giveToProsody(folder)
  let running: Running | undefined
  return {
    ...ports,
    get pid() {
      return running?.child.pid
    },
    log: () => readFile(logFile, 'utf8'),
    start: async () => {
      running = watchLines(runProsody(file))
      for (const port of [clientPort, componentPort]) await listens(port, running)
    },
    stop: async (signal = 'SIGTERM') => {
      await running?.stop(signal)
      running = undefined
    },
    end: async () => {
      await running?.stop('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const isRoot = process.getuid?.() === 0

/** It refuses to run as root. */
function runProsody(file: string) {
  // Never with --version, which this release does not know: it starts a server on every interface.
  const command = ['prosody', '-F', '--config', file]
  // setpriv, not runuser: it becomes prosody itself, so that signals reach it.
  const prefix = isRoot ? ['setpriv', '--reuid=prosody', '--regid=prosody', '--clear-groups'] : []
  const [program = '', ...args] = [...prefix, ...command]
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

function giveToProsody(folder: string): void {
  if (isRoot) spawnSync('chown', ['-R', 'prosody:prosody', folder])
}

/** As its storage keeps accounts: a file for each. */
async function register(folder: string, account: string, password: string): Promise<void> {
  const [name = '', domain = ''] = account.split('@')
  const path = join(folder, 'data', escaped(domain), 'accounts')
  await mkdir(path, { recursive: true })
  await writeFile(
    join(path, `${escaped(name)}.dat`),
    `return { password = ${JSON.stringify(password)} }\n`,
  )
}

const escaped = (name: string) =>
  name.replace(/[^a-zA-Z0-9]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)

async function configuration(
  folder: string,
  {
    clientPort,
    componentPort,
    components,
    privileged,
  }: {
    clientPort: number
    componentPort: number
    components: readonly string[]
    privileged: boolean
  },
): Promise<string> {
  const [listening = '', component = '', privilege = '', told = ''] =
    await documentedConfiguration('lua')
  return [
    `data_path = "${folder}/data"`,
    `log = { info = "${folder}/prosody.log" }`,
    'interfaces = { "127.0.0.1" }',
    'http_interfaces = { "127.0.0.1" }',
    `c2s_ports = { ${clientPort} }`,
    'c2s_require_encryption = false',
    'allow_unencrypted_plain_auth = true',
    'authentication = "internal_plain"',
    's2s_ports = {}',
    'http_ports = {}',
    'https_ports = {}',
    'modules_enabled = { "roster", "saslauth", "disco", "pep", "vcard4", "vcard_legacy", "ping" }',
    'modules_disabled = { "s2s", "tls" }',
    withValues(listening, { '5347': String(componentPort) }),
    `VirtualHost "${XMPP_DOMAIN}"`,
    privileged ? withValues(privilege, { 'sip.example': SIP_DOMAIN }) : '',
    `VirtualHost "${OTHER_DOMAIN}"`,
    ...components.flatMap((domain) => [
      withValues(component, { 'sip.example': domain, 'a long random secret': SECRET }),
      privileged ? told : '',
    ]),
  ].join('\n')
}

/** Until somebody answers there, or the program has ended. */
export async function listens(port: number, running: Running): Promise<void> {
  const give = Date.now() + PATIENCE
  while (Date.now() < give && running.child.exitCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => {
        resolve(false)
      })
    })
    if (open) return
    await setTimeout(50)
  }
  const said = [...running.lines, ...running.errors].join('\n')
  throw new Error(`nobody listens on ${port}:\n${said}`)
}
