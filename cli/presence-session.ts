/** What `visage publish` and `visage watch` share: a presence client that lives until Ctrl-C, and says what is wrong. */
import type { PresenceClient } from '../client/presence-client.ts'
import { createPresenceClient } from '../client/presence-client.ts'
import { sipServerText } from '../client/node/sip-server.ts'
import { sipTransportTo } from '../client/node/sip-transports.ts'
import type { StateChange } from '../client/state-report.ts'
import type { ClientSettings } from './client-options.ts'

export interface PresenceSession {
  readonly client: PresenceClient
  /** Resolves with the first SIGINT or SIGTERM; the second ends the process at once. */
  readonly stopped: Promise<void>
  /**
   * Rejects when the server does not take what it is asked first, or is silent: a server that never answered is more
   * likely misnamed than away. Later only when it ends the publication for good.
   */
  readonly failed: Promise<never>
}

const ANSWER_WITHIN_MS = 10_000

export function openPresenceSession(settings: ClientSettings): PresenceSession {
  let answered = false
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  failed.catch(() => undefined)
  const patience = setTimeout(() => {
    const server = sipServerText(settings.sip)
    fail(new Error(`no answer from ${server} within ${ANSWER_WITHIN_MS / 1000} s`))
  }, ANSWER_WITHIN_MS)
  patience.unref()

  function onState({ about, state, error, retryInSeconds }: StateChange): void {
    if (about !== 'connection' && state !== 'down') {
      answered = true
      clearTimeout(patience)
    }
    if (!error) return
    if (state === 'ended' ? about === 'publication' : !answered) fail(error)
    else if (state === 'down') tell(`${error.message}; trying again in ${retryInSeconds ?? 0} s`)
  }

  const client = createPresenceClient({
    account: settings.aor,
    username: settings.username,
    password: settings.password,
    transport: sipTransportTo(settings.sip),
    onState,
  })
  return { client, stopped: nextSignal(), failed }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const stop = () => {
      // Asked twice, a person does not want to wait for the server.
      if (asked) process.exit(1)
      asked = true
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
}
