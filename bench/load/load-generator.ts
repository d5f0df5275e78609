/** The load, in a process of its own: runs the scenario that it is told and answers with what it measured. */
import { closedLoop, type Length, type Measured } from './closed-loop.ts'
import { openConnections, type ConnectionTask } from './connection-load.ts'
import { createHttpLoad, type HttpRequest } from './http-load.ts'
import { iconStampede, type StampedeTask } from './icon-stampede.ts'
import { openLoop } from './open-loop.ts'
import { overload, type OverloadMeasured, type OverloadTask } from './overload-load.ts'
import { NO_TRAFFIC, trafficSince, type Traffic } from './traffic.ts'
import { createPresenceLoad, type PresenceLoad } from './presence-load.ts'

export type Task =
  | {
      readonly step: 'presence'
      readonly port: number
      readonly presentities: number
      readonly digest?: boolean
    }
  | { readonly step: 'subscribe' | 'publish'; readonly window: number; readonly length: Length }
  | { readonly step: 'everybody told' }
  | StampedeTask
  | ConnectionTask
  | OverloadTask
  | { readonly step: 'paced publish'; readonly rate: number; readonly seconds: number }
  | {
      readonly step: 'icons'
      readonly port: number
      readonly store: HttpRequest
      readonly show: HttpRequest
      readonly seconds: number
    }
  | {
      readonly step: 'http'
      readonly port: number
      readonly request: HttpRequest
      readonly length: Length
    }

export interface Answer extends Measured, Partial<Omit<OverloadMeasured, keyof Measured>> {
  readonly notifications: number
  readonly retransmissions: number
  readonly traffic: Traffic
  /** Of the generator: beyond nine tenths of a core it, and not the server, is the limit. */
  readonly generatorCpuSeconds: number
}

const NOTHING: Measured = { operations: 0, seconds: 0, p50: NaN, p99: NaN, p999: NaN }

let presence: PresenceLoad | undefined
/** Of the last HTTP load. */
let transferred = NO_TRAFFIC

async function perform(task: Task): Promise<Measured> {
  switch (task.step) {
    case 'presence':
      presence?.close()
      presence = await createPresenceLoad(task)
      return NOTHING
    case 'subscribe':
    case 'publish':
      if (!presence) throw new Error('no presence load')
      return closedLoop(task.window, task.length, presence[task.step])
    case 'paced publish':
      if (!presence) throw new Error('no presence load')
      return openLoop(task.rate, task.seconds, presence.publish)
    case 'everybody told':
      if (!presence) throw new Error('no presence load')
      return closedLoop(1, { count: 1 }, presence.everybodyTold)
    case 'icon stampede':
      return iconStampede(task)
    case 'connections':
      return openConnections(task)
    case 'overload':
      return overload(task)
    case 'icons': {
      const [store, show] = [
        await createHttpLoad(task.port, task.store),
        await createHttpLoad(task.port, task.show),
      ]
      const measured = await closedLoop(1, { seconds: task.seconds }, (ended) => {
        store.send(() => {
          show.send(ended)
        })
      })
      for (const load of [store, show]) load.close()
      return measured
    }
    case 'http': {
      const http = await createHttpLoad(task.port, task.request)
      const measured = await closedLoop(task.request.connections, task.length, http.send)
      transferred = http.traffic()
      http.close()
      return measured
    }
  }
}

process.on('message', (task: Task) => {
  const before = process.cpuUsage()
  const [notifications, retransmissions] = [presence?.notifications(), presence?.retransmissions()]
  const traffic = presence?.traffic() ?? NO_TRAFFIC
  void perform(task).then((measured) => {
    const { user, system } = process.cpuUsage(before)
    const answer: Answer = {
      ...measured,
      notifications: (presence?.notifications() ?? 0) - (notifications ?? 0),
      retransmissions: (presence?.retransmissions() ?? 0) - (retransmissions ?? 0),
      traffic: presence ? trafficSince(presence.traffic(), traffic) : transferred,
      generatorCpuSeconds: (user + system) / 1e6,
    }
    process.send?.(answer)
  })
})
process.on('disconnect', () => process.exit())
