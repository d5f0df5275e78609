/** Cost tap: hears SIP messages and HTTP answers while somebody looks at who costs most, and nothing otherwise. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../core/model/clock.ts'
import type { MessageTrace } from '../../core/sip/message-trace.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { clientAddress, type IsTrusted } from '../../xcap-server/forwarded.ts'
import { liveAddressList } from '../life/live-address-list.ts'
import type { Settings } from '../life/settings.ts'
import type { Cost } from './cost.ts'
import { createCostWindow, type CostWindow } from './cost-window.ts'
import { messageParty } from './message-party.ts'

export interface CostTap {
  /** For the SIP stack. */
  readonly messages: MessageTrace
  /** Hears of each answer that has left. */
  readonly answered: (request: IncomingMessage, response: ServerResponse) => void
  /** Begins to count where nobody looked for a while. */
  readonly look: () => Costs
}

export interface Costs {
  /** For how long it has been counted, in milliseconds; a minute at most. */
  readonly counted: number
  /** By `account ADDRESS` or `source IP`. */
  readonly sums: ReadonlyMap<string, Cost>
}

/** Milliseconds after which nobody looks any more. */
const PATIENCE = 90_000
const MINUTE = 60_000

interface CostTapParts {
  readonly settings: Pick<Settings, 'following'>
  readonly clock: Clock
}

interface Counting {
  readonly window: CostWindow
  readonly since: number
  lookedAt: number
  /** What went over each connection before. */
  readonly before: WeakMap<Socket, { in: number; out: number }>
}

export function createCostTap({ settings, clock }: CostTapParts): CostTap {
  const isTrusted = liveAddressList(settings, ({ http }) => http.trustProxy)
  let counting: Counting | undefined
  const messages: { hear: MessageTrace['hear'] } = { hear: undefined }

  function begin(): Counting {
    const [now, window] = [clock.now(), createCostWindow(clock)]
    messages.hear = (direction, octets, { remoteAddress }) => {
      countMessage(window, direction, octets, remoteAddress)
    }
    const begun: Counting = { window, since: now, lookedAt: now, before: new WeakMap() }
    counting = begun
    endWhenNobodyLooks()
    return begun
  }

  function endWhenNobodyLooks(): void {
    clock.after(PATIENCE, () => {
      if (!counting) return
      if (clock.now() - counting.lookedAt < PATIENCE) endWhenNobodyLooks()
      else counting = messages.hear = undefined
    })
  }

  return {
    messages,
    answered(request, response) {
      if (counting) countAnswer(counting, isTrusted, request, response)
    },
    look() {
      const now = clock.now()
      const current = counting ?? begin()
      current.lookedAt = now
      return { counted: Math.min(MINUTE, now - current.since), sums: current.window.sums() }
    },
  }
}

function countMessage(
  window: CostWindow,
  direction: 'in' | 'out',
  octets: Uint8Array,
  source: string,
): void {
  const { method, status, address } = messageParty(octets, direction)
  const names = address === undefined ? [] : [`account ${address}`]
  for (const name of [`source ${source}`, ...names]) {
    const cost = window.of(name)
    if (direction === 'in') cost.bytesIn += octets.length
    else cost.bytesOut += octets.length
    if (method !== undefined && direction === 'in') cost.requests++
    if (method === 'NOTIFY' && direction === 'out') cost.notifies++
    if (direction === 'out' && isRefusal(status)) cost.refused++
  }
}

/** A challenge is how signing in begins. */
function isRefusal(status: number): boolean {
  return status >= 400 && status !== 401 && status !== 407
}

function countAnswer(
  { window, before }: Counting,
  isTrusted: IsTrusted,
  { headers, socket, url = '' }: IncomingMessage,
  { statusCode }: ServerResponse,
): void {
  const source = clientAddress({ peer: socket.remoteAddress ?? '', headers }, isTrusted)
  const owner = ownerIn(url)
  const names = owner === undefined ? [] : [`account ${owner}`]
  const last = before.get(socket) ?? { in: 0, out: 0 }
  const now = { in: socket.bytesRead, out: socket.bytesWritten }
  before.set(socket, now)
  for (const name of [`source ${source}`, ...names]) {
    const cost = window.of(name)
    cost.requests++
    cost.bytesIn += Math.max(0, now.in - last.in)
    cost.bytesOut += Math.max(0, now.out - last.out)
    if (url.startsWith('/i/') && statusCode === 200) cost.icons++
    if (isRefusal(statusCode)) cost.refused++
  }
}

const OWNER = /\/users\/([^/?]+)/

/** Whose documents were asked for. RFC 4825 §6.2 */
function ownerIn(url: string): string | undefined {
  const [, xui] = OWNER.exec(url) ?? []
  if (xui === undefined) return undefined
  try {
    const address = decodeURIComponent(xui)
    return parseAor(address) ?? parseAor(`sip:${address}`)
  } catch {
    return undefined
  }
}
