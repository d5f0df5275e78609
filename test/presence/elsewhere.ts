/** Back-end subscriptions on a real endpoint, and the proxy that they go through: a socket that the test speaks for. */
import type { TestContext } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { silentLog } from '../../core/model/log.ts'
import { createSipEndpoint } from '../../core/sip/create-sip-endpoint.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { BackEndState, WantedState } from '../../presence-agent/back-end/back-end-state.ts'
import {
  createBackEndSubscriptions,
  type BackEndSubscriptions,
} from '../../presence-agent/back-end/back-end-subscriptions.ts'
import { createBackEndCredentials } from '../../presence-agent/back-end/back-end-credentials.ts'
import { parseOutboundProxy } from '../../presence-agent/back-end/outbound-proxy.ts'
import { Refusal } from '../../presence-agent/refusal.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { openSipClient, type SipClient, type SipText } from '../support/sip-client.ts'

export interface Elsewhere {
  readonly clock: ManualClock
  readonly backEnds: BackEndSubscriptions
  readonly proxy: SipClient
  /** Opens one, and keeps what is heard of it. */
  open(wanted?: Partial<WantedState>): {
    readonly heard: BackEndState[]
    readonly close: () => void
  }
  /** The next SUBSCRIBE. */
  subscribe(): Promise<SipText>
  answer(request: SipText, status: number, headers?: readonly string[]): void
  /** Sends a NOTIFY in the dialog of that SUBSCRIBE; gives its answer. */
  notify(subscribe: SipText, notify: NotifyParts): Promise<SipText>
  /** Lets time pass once all that is on its way has arrived. */
  advance(milliseconds: number): Promise<void>
  /** Requests without an answer. */
  underWay(): number
}

interface NotifyParts {
  readonly cseq: number
  readonly state: string
  readonly body?: string
  readonly tag?: string
  readonly event?: string
  /** Content-Type of the body. */
  readonly type?: string
  readonly headers?: readonly string[]
  readonly contact?: string
}

interface ElsewhereOptions {
  readonly proxyParameters?: string
  /** Another than the test's own. */
  readonly proxyUri?: string
  readonly credentials?: { username: string; password: string }
  readonly limits?: { backEndSubscriptions: number; backEndRequests: number }
}

export const BOB = 'sip:bob@example.com' as Aor

export async function startElsewhere(
  t: TestContext,
  options: ElsewhereOptions = {},
): Promise<Elsewhere> {
  const { limits = { backEndSubscriptions: 100, backEndRequests: 50 }, credentials } = options
  const clock = createManualClock()
  const sip = createSipEndpoint({
    listeners: (['UDP', 'TCP'] as const).map((transport) => ({
      ...{ transport, address: '127.0.0.1', port: 0 },
    })),
    ...{ clock, allow: 'NOTIFY', log: silentLog },
  })
  await sip.start()
  const proxy = await openSipClient(sip.addresses()[0]?.port ?? 0)
  const backEnds = createBackEndSubscriptions({
    ...{ sip, limits, clock, log: silentLog, random: () => 0 },
    proxy: parseOutboundProxy(
      options.proxyUri ?? `sip:127.0.0.1:${proxy.port}${options.proxyParameters ?? ''}`,
    ),
    credentials: credentials && createBackEndCredentials(credentials),
  })
  sip.onRequest((request) => {
    try {
      backEnds.notified(request)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      request.respond(error.response)
    }
  })
  t.after(async () => {
    backEnds.stop()
    await proxy.close()
    await sip.stop()
  })
  return {
    ...{ clock, backEnds, proxy },
    open(wanted = {}) {
      const heard: BackEndState[] = []
      const opened = backEnds.open(
        {
          uri: 'sip:dave@elsewhere.example',
          event: 'presence',
          accept: ['application/pidf+xml'],
          watcher: BOB,
          ...wanted,
        },
        {
          state: (state) =>
            void heard.push({ ...state, body: state.body && Buffer.from(state.body) }),
        },
      )
      if (!opened) throw new Error('could not be opened')
      return {
        heard,
        close: () => {
          opened.close()
        },
      }
    },
    subscribe: () => proxy.receive(({ method }) => method === 'SUBSCRIBE', 'a SUBSCRIBE'),
    answer(request, status, headers = []) {
      proxy.send(answerText(request, status, headers))
    },
    async notify(subscribe, parts) {
      proxy.send(notifyText(proxy, subscribe, parts))
      return proxy.receive(
        (message) => message.status > 0 && message.header('cseq') === `${parts.cseq} NOTIFY`,
        'the answer to a NOTIFY',
      )
    },
    async advance(milliseconds) {
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      clock.advance(milliseconds)
    },
    underWay: () => sip.load().client,
  }
}

const REMOTE_TAG = 'remote1'

function answerText(request: SipText, status: number, headers: readonly string[]): string {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
    request.headers(name).map((value) => `${name}: ${value}`),
  )
  const to = request.header('to') ?? ''
  const tagged = to.includes(';tag=') ? to : `${to};tag=${REMOTE_TAG}`
  const lines = [`SIP/2.0 ${status} Answer`, ...copied, `To: ${tagged}`, ...headers]
  return `${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`
}

function notifyText(proxy: SipClient, subscribe: SipText, parts: NotifyParts): string {
  const { cseq, state, body = '', tag = REMOTE_TAG, headers = [] } = parts
  const contact = parts.contact ?? `<sip:dave@127.0.0.1:${proxy.port}>`
  const lines = [
    `NOTIFY ${/<([^>]+)>/.exec(subscribe.header('contact') ?? '')?.[1] ?? ''} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${proxy.port};branch=z9hG4bKn${cseq}${tag}${Math.random()}`,
    `From: <sip:dave@elsewhere.example>;tag=${tag}`,
    `To: ${subscribe.header('from') ?? ''}`,
    `Call-ID: ${subscribe.header('call-id') ?? ''}`,
    `CSeq: ${cseq} NOTIFY`,
    'Max-Forwards: 70',
    ...(contact === '' ? [] : [`Contact: ${contact}`]),
    `Event: ${parts.event ?? 'presence'}`,
    ...(state === '' ? [] : [`Subscription-State: ${state}`]),
    ...(body === '' ? [] : [`Content-Type: ${parts.type ?? 'application/pidf+xml'}`]),
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

export const PIDF = '<presence/>'

/** Opened, and standing for so many seconds. */
export async function standing(elsewhere: Elsewhere, expires = 3600) {
  const opened = elsewhere.open()
  const subscribe = await elsewhere.subscribe()
  elsewhere.answer(subscribe, 200, [`Expires: ${expires}`])
  await elsewhere.notify(subscribe, { cseq: 1, state: `active;expires=${expires}`, body: PIDF })
  return { ...opened, subscribe }
}

/** Messages take a moment. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    if (holds()) return
    await setTimeout(5)
  }
  throw new Error('did not happen')
}
