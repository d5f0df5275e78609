/** XMPP servers in tests: what Prosody and ejabberd have in common. */
import { readFile } from 'node:fs/promises'

export const SIP_DOMAIN = 'sip.localhost'
/** Its people may use the gateway. */
export const XMPP_DOMAIN = 'xmpp.localhost'
/** Of the same server; its people may not. */
export const OTHER_DOMAIN = 'other.localhost'
export const SECRET = 'component secret'

export interface XmppServer {
  readonly clientPort: number
  readonly componentPort: number
  /** Its process; undefined: it is stopped. */
  readonly pid: number | undefined
  /** What it has logged. */
  log(): Promise<string>
  /** Ends when clients and components are taken in. */
  start(): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Stops it and removes what it has stored. */
  end(): Promise<void>
}

export interface XmppServerOptions {
  /** Account → password: `bob@xmpp.localhost`. */
  readonly accounts: Readonly<Record<string, string>>
  /** Domains of components, all with `SECRET`. */
  readonly components?: readonly string[]
}

/** The configuration that docs/xmpp.md gives its readers, in the order that it stands there. */
export async function documentedConfiguration(language: 'lua' | 'yaml'): Promise<string[]> {
  const text = await readFile(new URL('../../../docs/xmpp.md', import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
  return blocks.filter(([, name]) => name === language).map(([, , block]) => block ?? '')
}

/** Puts in the names and ports of a test, each of which must stand there. */
export function withValues(block: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [documented, value]) => {
    if (!text.includes(documented))
      throw new Error(`docs/xmpp.md has no ${documented} in:\n${text}`)
    return text.replaceAll(documented, value)
  }, block)
}
