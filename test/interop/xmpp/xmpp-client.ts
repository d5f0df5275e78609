/** XMPP clients in tests: slixmpp in one process for all of a test file, each with every stanza that it received. */
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { DEFAULT_XML_LIMITS, readXml } from '../../../core/documents/xml-reader.ts'
import { attributeOf, type XmlElement } from '../../../core/documents/xml-element.ts'
import { watchLines } from '../../support/visage-process.ts'

const PROGRAM = fileURLToPath(new URL('slixmpp_client.py', import.meta.url))
const PATIENCE = 10_000

export interface Received {
  /** presence, message or iq. */
  readonly name: string
  readonly from: string
  readonly type: string | undefined
  readonly id: string | undefined
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly element: XmlElement
  /** As text. */
  readonly xml: string
}

type Match = (stanza: Received) => boolean

export interface XmppClients {
  /** The process of all of them. */
  readonly pid: number | undefined
  /** Ends when the session stands; nothing is sent by itself then, no presence and no roster request. */
  connect(jid: string, password: string, options?: ConnectOptions): Promise<XmppClient>
  stop(): Promise<void>
}

interface ConnectOptions {
  readonly port?: number
  /** It wants to hear of avatars, and has the plugins of XEP-0084 and XEP-0153. */
  readonly notify?: boolean
  /** It has XEP-0115 and answers disco#info. */
  readonly capable?: boolean
}

interface PresenceParts {
  readonly show?: string
  readonly status?: string
  readonly priority?: number
  readonly to?: string
  readonly type?: string
}

export interface RosterView {
  readonly subscription: string
  readonly ask: boolean
  readonly name: string
  readonly groups: readonly string[]
}

export interface XmppClient {
  /** Full JID. */
  readonly jid: string
  readonly bare: string
  /** All that came, in order. */
  readonly received: readonly Received[]
  send(xml: string): Promise<void>
  /** With capabilities. */
  presence(parts?: PresenceParts): Promise<void>
  /** A subscription stanza, or a probe, for a bare JID. */
  subscription(
    type: 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed',
    to: string,
  ): Promise<void>
  /** The answer, `result` or `error`. */
  iq(type: 'get' | 'set', to: string, child: string): Promise<Received>
  /** The first stanza, present or to come, that matches, from the given number on. */
  next(
    match: Match,
    what: string,
    options?: { from?: number; patience?: number },
  ): Promise<Received>
  /** Gives an order of slixmpp_client.py. */
  order(name: string, parts?: Record<string, unknown>): Promise<unknown>
  /** By what slixmpp was pushed. */
  roster(): Promise<Record<string, RosterView>>
  logOut(): Promise<void>
  /** Without a word to the server. */
  abort(): Promise<void>
}

interface Told {
  readonly ready?: boolean
  readonly client?: string
  readonly at?: number
  readonly stanza?: string
  readonly done?: number
  readonly result?: unknown
  readonly error?: string
}

interface Waiter {
  look(): void
}

export async function startXmppClients(defaultPort: number): Promise<XmppClients> {
  const child = spawn(systemPython(), [PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] })
  const running = watchLines(child)
  await running.line((line) => line.includes('"ready"'))
  const inboxes = new Map<string, { received: Received[]; waiting: Set<Waiter> }>()
  const orders = new Map<number, (told: Told) => void>()
  let number = 0
  let read = 0
  const readLines = () => {
    for (const line of running.lines.slice(read)) hear(JSON.parse(line) as Told)
    read = running.lines.length
  }
  child.stdout.on('data', readLines)

  function hear(told: Told): void {
    if (told.done !== undefined) orders.get(told.done)?.(told)
    const inbox = inboxes.get(told.client ?? '')
    if (!inbox || told.stanza === undefined) return
    inbox.received.push(readStanza(told.stanza, told.at ?? 0))
    for (const waiter of inbox.waiting) waiter.look()
  }

  function order(name: string, parts: Record<string, unknown>): Promise<unknown> {
    const mine = ++number
    const said = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        orders.delete(mine)
        reject(new Error(`${name} was not done:\n${running.errors.slice(-20).join('\n')}`))
      }, 30_000)
      orders.set(mine, ({ result, error }) => {
        clearTimeout(timer)
        orders.delete(mine)
        if (error === undefined) resolve(result)
        else reject(new Error(`${name}: ${error}`))
      })
    })
    child.stdin.write(`${JSON.stringify({ order: name, number: mine, ...parts })}\n`)
    return said
  }

  return {
    pid: child.pid,
    connect: async (jid, password, { port = defaultPort, notify = true, capable = true } = {}) => {
      const inbox = { received: [], waiting: new Set<Waiter>() }
      inboxes.set(jid, inbox)
      const where = { host: '127.0.0.1', port, password, notify, capable }
      await order('connect', { client: jid, ...where })
      return createClient(jid, inbox, (name, parts = {}) => order(name, { client: jid, ...parts }))
    },
    stop: async () => {
      child.stdin.end()
      await running.stop('SIGKILL')
    },
  }
}

function createClient(
  jid: string,
  { received, waiting }: { received: Received[]; waiting: Set<Waiter> },
  order: XmppClient['order'],
): XmppClient {
  const obey = async (name: string, parts?: Record<string, unknown>) => {
    await order(name, parts)
  }
  const send = (xml: string) => obey('raw', { xml })
  const next: XmppClient['next'] = (match, what, { from = 0, patience = PATIENCE } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(waiter)
        const had = received.slice(from).map(({ xml }) => xml.slice(0, 600))
        reject(new Error(`${jid} did not get ${what}, but:\n${had.join('\n')}`))
      }, patience)
      const waiter = {
        look() {
          const found = received.slice(from).find(match)
          if (!found) return
          clearTimeout(timer)
          waiting.delete(waiter)
          resolve(found)
        },
      }
      waiting.add(waiter)
      waiter.look()
    })
  return {
    jid,
    bare: bareOf(jid),
    received,
    send,
    next,
    order,
    presence: (parts = {}) => obey('presence', { ...parts }),
    subscription: (type, to) => send(`<presence to="${escaped(to)}" type="${type}"/>`),
    iq: async (type, to, child) => {
      const id = randomUUID()
      const address = to === '' ? '' : ` to="${escaped(to)}"`
      await send(`<iq type="${type}" id="${id}"${address}>${child}</iq>`)
      return next((stanza) => stanza.name === 'iq' && stanza.id === id, `the answer to ${child}`)
    },
    roster: async () => (await order('roster')) as Record<string, RosterView>,
    logOut: () => obey('disconnect'),
    abort: () => obey('abort'),
  }
}

function readStanza(xml: string, at: number): Received {
  const reading = readXml(xml, LIMITS)
  if (reading.error !== undefined) throw new Error(`${reading.detail}: ${xml.slice(0, 300)}`)
  const element = reading.value
  const from = attributeOf(element, 'from') ?? ''
  const [type, id] = [attributeOf(element, 'type'), attributeOf(element, 'id')]
  return { name: element.name, from, type, id, at, element, xml }
}

/** A picture in a vCard is long. */
const LIMITS = { ...DEFAULT_XML_LIMITS, maxLength: 4 * 1024 * 1024 }

const bareOf = (jid: string): string => jid.split('/')[0] ?? ''

const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

/** Debian's, which has slixmpp: another may come first in PATH. */
function systemPython(): string {
  const debian = '/usr/bin/python3'
  return spawnSync(debian, ['-c', '']).status === 0 ? debian : 'python3'
}
