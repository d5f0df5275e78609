/** A SIP watcher in tests: answers every NOTIFY and keeps what it said. RFC 6665 §4.1. */
import type { Phone } from '../../presence/phone.ts'

export interface Notified {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Of Subscription-State, with its parameters. */
  readonly state: string
  readonly body: string
}

export interface SipWatcher {
  /** The answer to the first SUBSCRIBE. */
  readonly status: number
  readonly notifies: readonly Notified[]
  /** The first NOTIFY, present or to come, that matches, from the given number on. */
  next(
    match: (notified: Notified) => boolean,
    what: string,
    options?: { from?: number; patience?: number },
  ): Promise<Notified>
  refresh(expires: number): Promise<number>
  close(): Promise<void>
}

/** Milliseconds between two looks. */
const LOOK = 20

export async function startSipWatcher(
  phone: Phone,
  aor: string,
  {
    event = 'presence',
    expires = 3600,
    headers = [],
  }: { event?: string; expires?: number; headers?: readonly string[] } = {},
): Promise<SipWatcher> {
  const notifies: Notified[] = []
  const closing = new AbortController()
  const reading = (async () => {
    while (!closing.signal.aborted) {
      const message = await phone.client
        .receive(({ method }) => method === 'NOTIFY', 'a NOTIFY', 300)
        .catch(() => undefined)
      if (!message) continue
      phone.answer(message, 200)
      const state = message.header('subscription-state') ?? ''
      notifies.push({ at: Date.now(), state, body: message.body })
    }
  })()
  const dialog = await phone.subscribe(aor, [`Expires: ${expires}`, ...headers], event)
  return {
    status: dialog.response.status,
    notifies,
    next: async (match, what, { from = 0, patience = 10_000 } = {}) => {
      const give = Date.now() + patience
      for (;;) {
        const found = notifies.slice(from).find(match)
        if (found) return found
        if (Date.now() > give) {
          const had = notifies.slice(from).map(({ state, body }) => `${state}\n${body}`)
          throw new Error(`${phone.aor} was not told ${what} of ${aor}, but:\n${had.join('\n')}`)
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK))
      }
    },
    refresh: async (seconds) => (await phone.refresh(dialog, seconds)).status,
    close: async () => {
      closing.abort()
      await reading
      await phone.client.close()
    },
  }
}
