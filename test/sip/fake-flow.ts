/** A flow that keeps what is sent along it. */
import type { SendingFlow } from '../../core/sip/flow.ts'

export function fakeFlow(transport: 'UDP' | 'TCP'): { flow: SendingFlow; sent: string[] } {
  const sent: string[] = []
  const flow: SendingFlow = {
    transport,
    localAddress: '127.0.0.1',
    localPort: 5060,
    remoteAddress: '127.0.0.1',
    remotePort: 40_000,
    alive: true,
    sentBy: '127.0.0.1:5060',
    send(bytes) {
      sent.push(bytes.toString('latin1'))
      return true
    },
  }
  return { flow, sent }
}
