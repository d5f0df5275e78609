/** One icon is stored, and everybody who watches its owner fetches it as soon as the NOTIFY is there. */
import { closedLoop, type Measured } from './closed-loop.ts'
import { createHttpLoad, type HttpLoad, type HttpRequest } from './http-load.ts'
import { createLatencies } from './latencies.ts'
import { createSipExchange, type SipExchange } from './sip-exchange.ts'
import { subscribe, watcherIn } from './sip-messages.ts'

export interface StampedeTask {
  readonly step: 'icon stampede'
  readonly sipPort: number
  readonly httpPort: number
  readonly presentity: number
  readonly watchers: number
  /** Stores the presentity's icon. */
  readonly store: HttpRequest
}

/** Beyond those of other loads. */
const FIRST_WATCHER = 1_000_000
const SOCKETS = 4
const WINDOW = 64
const CONNECTIONS = 64

/** An operation is a picture fetched, timed from its NOTIFY; the seconds begin with the PUT. */
export async function iconStampede(task: StampedeTask): Promise<Measured> {
  const pictures = createPictures(task)
  const exchange = await createSipExchange(task.sipPort, SOCKETS, pictures.notified)
  await subscribeAll(exchange, task)
  const store = await createHttpLoad(task.httpPort, task.store)
  const measured = pictures.fetched()
  store.send(() => {
    store.close()
  })
  const result = await measured
  exchange.close()
  return result
}

function subscribeAll(exchange: SipExchange, task: StampedeTask): Promise<Measured> {
  let id = FIRST_WATCHER
  return closedLoop(WINDOW, { count: task.watchers }, (ended) => {
    const socket = id % SOCKETS
    const watcher = { id: id++, presentity: task.presentity, port: exchange.port(socket) }
    exchange.request(socket, (branch) => subscribe(branch, watcher), ended)
  })
}

/** Fetches the picture once for each watcher. */
function createPictures({ httpPort, watchers }: StampedeTask) {
  const latencies = createLatencies()
  const asked = new Set<number>()
  /** When the NOTIFYs of those came who wait for a connection. */
  const waiting: number[] = []
  let load: Promise<HttpLoad> | undefined
  let [idle, fetched, began] = [CONNECTIONS, 0, NaN]
  let done: (measured: Measured) => void = () => undefined

  const end = async () => {
    ;(await load)?.close()
    const seconds = (performance.now() - began) / 1000
    done({ ...latencies.percentiles(), operations: fetched, seconds })
  }
  const fetchNext = (http: HttpLoad) => {
    while (idle > 0 && waiting.length > 0) {
      const since = waiting.shift()!
      idle--
      http.send(() => {
        latencies.add(performance.now() - since)
        idle++
        if (++fetched === watchers) void end()
        else fetchNext(http)
      })
    }
  }
  return {
    notified: (notify: string) => {
      const path = /:\d+(\/i\/[^<]+)</.exec(notify)?.[1]
      const watcher = watcherIn(notify)
      if (path === undefined || asked.has(watcher)) return
      asked.add(watcher)
      waiting.push(performance.now())
      const request = { method: 'GET', path, status: 200, connections: CONNECTIONS } as const
      load ??= createHttpLoad(httpPort, request)
      void load.then(fetchNext)
    },
    fetched(): Promise<Measured> {
      began = performance.now()
      return new Promise((resolve) => {
        done = resolve
      })
    },
  }
}
