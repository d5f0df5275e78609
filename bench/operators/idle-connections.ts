/** What a connection costs that says nothing, and how many handshakes a second there can be. */
import { processCost } from '../servers/process-cost.ts'
import type { Value } from '../runs/results.ts'
import { withVisage } from '../runs/visage-run.ts'

const WARMING = 500
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
    // What a process takes once, it has taken after these.
    await generator.perform({ ...task, keep: false, length: { count: WARMING } })
    const before = processCost(server.pid).residentMiB
    await generator.perform({ ...task, keep: true, length: { count: KEPT } })
    const kept = processCost(server.pid)
    const { operations } = await generator.perform({ ...task, keep: false, length: { seconds } })
    const cpu = processCost(server.pid).cpuSeconds - kept.cpuSeconds
    const name = NAMES[transport]
    const group = 'operators'
    return [
      { group, name: `handshakes of a ${name}`, unit: 'a second', value: operations / seconds },
      { group, name: `CPU of a ${name}’s handshake`, unit: 'µs', value: (cpu / operations) * 1e6 },
      {
        ...{ group, name: `memory of an idle ${name}`, unit: 'KiB' },
        value: ((kept.residentMiB - before) / KEPT) * 1024,
      },
    ]
  })
