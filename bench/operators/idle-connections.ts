/** What a connection costs that says nothing, and how many handshakes a second there can be. */
import { processCost } from '../servers/process-cost.ts'
import type { Value } from '../runs/results.ts'
import { withVisage } from '../runs/visage-run.ts'

const KEPT = 4000
const WINDOW = 16
const NAMES = { tls: 'TLS connection', ws: 'WebSocket connection' } as const

export async function connectionValues(seconds: number): Promise<Value[]> {
  return [...(await valuesOf('tls', seconds)), ...(await valuesOf('ws', seconds))]
}

const valuesOf = (transport: keyof typeof NAMES, seconds: number): Promise<Value[]> =>
  withVisage({}, async (server, generator) => {
    const port = transport === 'tls' ? server.tlsPort : server.httpPort
    const task = { step: 'connections', transport, port, window: WINDOW } as const
    const resident = () => processCost(server.pid).residentMiB
    const [cpuBefore, start] = [processCost(server.pid).cpuSeconds, { seconds }]
    const { operations } = await generator.perform({ ...task, keep: false, length: start })
    const cpu = processCost(server.pid).cpuSeconds - cpuBefore
    const before = resident()
    await generator.perform({ ...task, keep: true, length: { count: KEPT } })
    const name = NAMES[transport]
    const group = 'operators'
    return [
      { group, name: `handshakes of a ${name}`, unit: 'a second', value: operations / seconds },
      { group, name: `CPU of a ${name}’s handshake`, unit: 'µs', value: (cpu / operations) * 1e6 },
      {
        ...{ group, name: `memory of an idle ${name}`, unit: 'KiB' },
        value: ((resident() - before) / KEPT) * 1024,
      },
    ]
  })
