/** What all client commands share: for whom, with what password, and where. A flag wins over the environment, that over the file. */
import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { AccountUnclear, chooseAccount } from '../client/node/account-choice.ts'
import {
  accountsFilePath,
  readAccountsFile,
  type ConfiguredAccount,
} from '../client/node/accounts-file.ts'
import { passwordFromCommand, passwordFromKeyboard } from '../client/node/password.ts'
import type { SipServer } from '../client/node/sip-server.ts'
import { aorUser, type Aor } from '../core/uri/aor.ts'
import { UsageError } from './usage-error.ts'

/** As commander gives them: flags, and the environment where there is no flag. */
export interface ClientFlags {
  readonly account?: string
  readonly password?: string
  readonly xcapRoot?: string
  readonly sip?: string
  readonly ca?: string
  readonly json?: boolean
}

export interface ClientSettings {
  readonly aor: Aor
  /** What Digest calls the person. */
  readonly username: string
  readonly password: string
  readonly xcapRoot: string
  readonly sip: SipServer
  readonly json: boolean
}

const XCAP_ROOT = 'http://127.0.0.1:8080/xcap-root'
const SIP = 'udp:127.0.0.1:5060'

export function addClientOptions(command: Command): Command {
  const options = [
    new Option('-a, --account <address>', 'your address, or part of a configured one'),
    new Option('--password <password>', 'better in VISAGE_PASSWORD or accounts.yaml'),
    new Option('--xcap-root <url>', `where the XCAP server is (default: ${XCAP_ROOT})`),
    new Option(
      '--sip <transport:host:port>',
      `where the SIP server is: udp, tcp, tls, ws, wss (default: ${SIP})`,
    ),
    new Option('--ca <file>', 'who may have signed its certificate (PEM)'),
  ]
  for (const option of options) {
    const name = option.attributeName().replace(/[A-Z]/g, '_$&').toUpperCase()
    command.addOption(option.env(`VISAGE_${name}`))
  }
  return command.option('--json', 'print JSON for programs')
}

/** Asks for the password on the terminal when nothing gives one. Rejects with `UsageError` and with what the file says. */
export async function clientSettings(
  flags: ClientFlags,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ClientSettings> {
  const accounts = await readAccountsFile(accountsFilePath(environment))
  const { aor, configured } = asUsage(() => chooseAccount(accounts, flags.account))
  const xcapRoot = checkedUrl(flags.xcapRoot ?? configured?.xcapRoot ?? XCAP_ROOT)
  const server = parseSipServer(flags.sip ?? configured?.sip ?? SIP)
  const sip = flags.ca === undefined ? server : { ...server, ca: await readAuthorities(flags.ca) }
  const username = decodeURIComponent(aorUser(aor))
  const password = flags.password ?? (await passwordOf(aor, configured))
  return { aor, username, password, xcapRoot, sip, json: flags.json ?? false }
}

async function passwordOf(aor: Aor, configured: ConfiguredAccount | undefined): Promise<string> {
  if (configured?.password !== undefined) return configured.password
  if (configured?.passwordCommand !== undefined) {
    return passwordFromCommand(configured.passwordCommand)
  }
  return passwordFromKeyboard(aor)
}

function asUsage<T>(choose: () => T): T {
  try {
    return choose()
  } catch (error) {
    throw error instanceof AccountUnclear ? new UsageError(error.message) : error
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return text
  throw new UsageError(`${text} is no XCAP root; write http://HOST:PORT/xcap-root`)
}

async function readAuthorities(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new UsageError(`--ca: ${(error as Error).message}`)
  }
}

function parseSipServer(text: string): SipServer {
  const match = /^(udp|tcp|tls|wss?):(?:\[([0-9a-f:.]+)\]|([^:[\]/]+)):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[4])
  const host = match?.[2] ?? match?.[3]
  if (!match || host === undefined || port < 1 || port > 65_535) {
    throw new UsageError(
      `${text} is no SIP server; write udp:HOST:PORT, or tcp, tls, ws, wss for udp`,
    )
  }
  return { transport: match[1]?.toLowerCase() as SipServer['transport'], host, port }
}
