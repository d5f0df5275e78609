/** Overload: what becomes of three times the load that a server can bear, and how soon it takes everything again. */
import { LAST_ANSWERS } from '../load/overload-load.ts'
import { startGenerator, type Generator } from '../runs/generator.ts'
import { iconRequest } from '../runs/http-run.ts'
import { WARM_UP } from '../runs/measurement.ts'
import type { Value } from '../runs/results.ts'
import { withVisage } from '../runs/visage-run.ts'
import type { Server } from '../servers/visage.ts'
import { addUser, putIcon } from '../stored/stored-documents.ts'

const PRESENTITIES = 1000
const TIMES = 3
const SECONDS = 10
/** Requests a second afterwards, for as long as the recovery may take and again. */
const CALM = { rate: 200, seconds: 10 } as const
const ALLOWED_RECOVERY = 5
const group = 'operators'

export const overloadValues = (): Promise<Value[]> =>
  withVisage({}, async (server, generator) => {
    const capacity = await capacityOf(server, generator)
    // Before: in an overload nothing new is stored.
    const icons = await iconsOf(server)
    const other = startGenerator()
    try {
      const rate = Math.round(TIMES * capacity)
      const [flood, shown] = await Promise.all([
        generator.perform({ ...overloadOf(server), rate, seconds: SECONDS }),
        other.perform(icons),
      ])
      const calm = await generator.perform({ ...overloadOf(server), ...CALM })
      const name = (what: string) => `${TIMES} × what it can do (new PUBLISHes), ${what}`
      return [
        { group, name: name('sent'), unit: 'a second', value: rate },
        { group, name: name('taken'), unit: 'a second', value: flood.operations / SECONDS },
        { group, name: name('p99 of these'), unit: 'ms', value: flood.p99 },
        { group, name: name('503'), unit: 'a second', value: (flood.refused ?? 0) / SECONDS },
        { group, name: name('p99 of icons meanwhile'), unit: 'ms', value: shown.p99 },
        {
          ...{ group, name: name('last 503 after its end, at the latest'), unit: 's' },
          ...{
            value: LAST_ANSWERS + (calm.lastRefused ?? 0),
            allowed: { atMost: ALLOWED_RECOVERY },
          },
        },
      ]
    } finally {
      other.stop()
    }
  })

const overloadOf = ({ sipPort: port }: Server) =>
  ({ step: 'overload', port, presentities: PRESENTITIES }) as const

/** Publications a second. */
async function capacityOf({ sipPort: port }: Server, generator: Generator): Promise<number> {
  await generator.perform({ step: 'presence', port, presentities: PRESENTITIES })
  const { operations, seconds } = await generator.perform({
    ...{ step: 'publish', window: 64, length: WARM_UP },
  })
  return operations / seconds
}

/** Somebody looks at one picture after the other. */
async function iconsOf(server: Server) {
  addUser(server)
  const request = iconRequest(await putIcon(server), { conditional: false })
  const length = { seconds: SECONDS }
  const one = { ...request, connections: 1 }
  return { step: 'http', port: server.httpPort, request: one, length } as const
}
