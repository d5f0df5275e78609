/** Where a process listens to its own SIP messages, for those traces that follow somebody. */
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { MessageTrace } from '../../core/sip/message-trace.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { maskCredentials } from './masked-credentials.ts'
import { namedAddresses } from './named-addresses.ts'
import type { TraceMessage } from './trace-message.ts'

export interface TraceTap {
  /** For the SIP stack; hears nothing while nobody is followed. */
  readonly messages: MessageTrace
  /** `tell` gets each message that names one of the addresses. */
  readonly follow: (trace: string, aors: readonly string[], tell: Tell) => void
  readonly unfollow: (trace: string) => void
}

export type Tell = (message: TraceMessage) => void

interface Followed {
  readonly aors: ReadonlySet<string>
  readonly tell: Tell
}

export function createTraceTap({
  domains,
  clock,
}: {
  readonly domains: Pick<Domains, 'canonical'>
  readonly clock: Pick<Clock, 'now'>
}): TraceTap {
  const followed = new Map<string, Followed>()
  const hear: NonNullable<MessageTrace['hear']> = (direction, octets, flow) => {
    const told = concerned(followed, named(octets, domains))
    if (told.length === 0) return
    const { transport, localAddress, localPort, remoteAddress, remotePort } = flow
    const message = {
      ...{ at: clock.now(), direction, transport },
      ...{ localAddress, localPort, remoteAddress, remotePort },
      octets: maskCredentials(octets),
    }
    for (const { tell } of told) tell(message)
  }
  const messages: { hear: MessageTrace['hear'] } = { hear: undefined }
  const listen = () => {
    messages.hear = followed.size > 0 ? hear : undefined
  }
  return {
    messages,
    follow(trace, aors, tell) {
      followed.set(trace, { aors: new Set(aors), tell })
      listen()
    },
    unfollow(trace) {
      followed.delete(trace)
      listen()
    },
  }
}

function named(octets: Uint8Array, domains: Pick<Domains, 'canonical'>): Aor[] {
  const whole = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  const end = whole.indexOf('\r\n\r\n')
  const head = whole.toString('latin1', 0, end < 0 ? undefined : end)
  return namedAddresses(head).map((aor) => domains.canonical(aor))
}

function concerned(followed: ReadonlyMap<string, Followed>, addresses: readonly Aor[]): Followed[] {
  return [...followed.values()].filter(({ aors }) => addresses.some((aor) => aors.has(aor)))
}
