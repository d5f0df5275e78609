/** ejabberd by the configuration that docs/xmpp.md gives, as a lone Erlang node: no epmd, nothing of the system's own server. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { freePort } from '../../support/free-port.ts'
import { watchLines, type Running } from '../../support/visage-process.ts'
import { listens } from './prosody.ts'
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

export async function createEjabberd({
  accounts,
  components = [SIP_DOMAIN],
}: XmppServerOptions): Promise<XmppServer> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-ejabberd-'))
  const [clientPort, componentPort] = [await freePort(), await freePort()]
  const ports = { clientPort, componentPort }
  const file = join(folder, 'ejabberd.yml')
  await mkdir(join(folder, 'spool'))
  await writeFile(join(folder, 'inetrc'), '{lookup, ["file", "native"]}.\n')
  await writeFile(file, JSON.stringify(await configuration({ ...ports, components })))
  let running: Running | undefined
  return {
    ...ports,
    get pid() {
      return running?.child.pid
    },
    log: () => readFile(join(folder, 'ejabberd.log'), 'utf8'),
    start: async () => {
      running = watchLines(runEjabberd(folder, file, accounts))
      // Erlang's last words before anybody may log in are those of the accounts.
      await running.line((line) => line.includes('accounts-are-there'))
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

/** Without a node name there is no distribution, and nobody asks for epmd. */
function runEjabberd(folder: string, file: string, accounts: Readonly<Record<string, string>>) {
  const args = [
    ...['-noinput', '+K', 'true', '-mnesia', 'dir', JSON.stringify(join(folder, 'spool'))],
    ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}', '-s', 'ejabberd'],
    ...['-eval', registrations(accounts)],
  ]
  return spawn('erl', args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOME: folder,
      ERL_LIBS: libraries(),
      ERL_INETRC: join(folder, 'inetrc'),
      ERL_CRASH_DUMP_BYTES: '0',
      EJABBERD_CONFIG_PATH: file,
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    },
  })
}

/** What `ejabberdctl register` does, said to the node itself. An account that is there already stays. */
function registrations(accounts: Readonly<Record<string, string>>): string {
  const each = Object.entries(accounts).map(([account, password]) => {
    const [name, domain] = account.split('@')
    return `ejabberd_auth:try_register(<<"${name}">>, <<"${domain}">>, <<"${password}">>)`
  })
  const started = 'application:ensure_all_started(ejabberd)'
  return [started, ...each, 'io:format("accounts-are-there~n")'].join(', ') + '.'
}

/** In the machine's own library folder. */
function libraries(): string {
  const folders = readdirSync('/usr/lib').map((machine) => join('/usr/lib', machine))
  const found = folders.find(
    (folder) =>
      folder.endsWith('-linux-gnu') &&
      existsSync(folder) &&
      readdirSync(folder).some((name) => name.startsWith('ejabberd-')),
  )
  if (found === undefined) throw new Error('ejabberd is not where Debian puts it')
  return found
}

interface Documented {
  readonly listen: { hosts: Record<string, { password: string }> }[]
  readonly modules: Record<string, object>
}

async function configuration({
  clientPort,
  componentPort,
  components,
}: {
  clientPort: number
  componentPort: number
  components: readonly string[]
}): Promise<object> {
  const [, block = ''] = await documentedConfiguration('yaml')
  const text = withValues(block, { '5347': String(componentPort), 'a long random secret': SECRET })
  const documented = parse(text) as Documented
  const [service] = documented.listen
  const hosts = Object.fromEntries(
    components.map((domain) => [domain, service?.hosts['sip.example']]),
  )
  const clients = { port: clientPort, ip: '127.0.0.1', module: 'ejabberd_c2s', access: 'all' }
  return {
    hosts: [XMPP_DOMAIN, OTHER_DOMAIN],
    loglevel: 4,
    auth_method: 'internal',
    auth_password_format: 'plain',
    listen: [
      { ...clients, starttls: false },
      { ...service, hosts },
    ],
    modules: documented.modules,
  }
}
