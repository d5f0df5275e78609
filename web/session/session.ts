/** The session that the service keeps for this browser, as `/session` tells it. */

export interface Session {
  /** `sip:alice@example.com` */
  readonly address: string
  /** Absent: the service knows none. */
  readonly name?: string
  /** Milliseconds since the epoch, by the clock of this browser. */
  readonly expires: number
  readonly remembered: boolean
  /** Absolute URLs of this origin. */
  readonly xcapRoot: string
  readonly webSocket: string
  readonly icons: string
  /** Good until the session ends. */
  readonly sip: { readonly username: string; readonly password: string }
}

/**
 * Undefined: this is no answer of a service that the page understands.
 * @param page URL of the page, to which the paths of the answer are relative
 * @param serverTime what the service calls now; its clock and that of the browser may differ
 */
export function readSession(
  answer: unknown,
  { page, now, serverTime = now }: { page: string; now: number; serverTime?: number },
): Session | undefined {
  const { address, name, expires, remembered, xcapRoot, webSocket, icons, sip } = fieldsOf(answer)
  const { username, password } = fieldsOf(sip)
  const ends = typeof expires === 'string' ? Date.parse(expires) : Number.NaN
  if (!isText(address) || !isText(xcapRoot) || !isText(webSocket) || !isText(icons))
    return undefined
  if (!isText(username) || !isText(password) || Number.isNaN(ends)) return undefined
  const socket = new URL(webSocket, page)
  socket.protocol = socket.protocol.replace(/^http/, 'ws')
  return {
    address,
    ...(isText(name) && { name }),
    expires: now + (ends - serverTime),
    remembered: remembered === true,
    xcapRoot: new URL(xcapRoot, page).href,
    webSocket: socket.href,
    icons: new URL(icons, page).href,
    sip: { username, password },
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
