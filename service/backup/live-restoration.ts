/** Live restoration: a running service takes a backup beside its store, and is started anew on it. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { TransferableStore } from '../../core/model/store-transfer.ts'
import type { Configuration } from '../configuration.ts'
import { storePlace } from '../store-place.ts'
import { workerNode } from '../workers/worker-node.ts'
import { partsIn } from './backup-reader.ts'
import { refuseContent, writeBeside } from './restore.ts'
import { restoreTarget, type RestoreTarget } from './restore-target.ts'

/** POST of a tar; a query of `replace`: also when something is stored. GET: what became of the last one. */
export const RESTORE_PATH = '/restore'

/** A line of JSON of the answer to POST. After `ready` the service ends, and is there again soon. */
export type RestorationStep =
  { readonly records: number } | { readonly problem: string } | { readonly ready: string }

/** The answer to GET. */
export interface RestorationOutcome {
  /** As `ready` said. */
  readonly id?: string
  readonly aside?: string
  readonly problem?: string
}

type RunningStore = Pick<TransferableStore, 'accounts' | 'transfer'>

export interface LiveRestoration {
  /** Of the service as it runs now. */
  readonly listenOn: (configuration: Configuration, store: RunningStore) => RequestListener
  /** Resolves when a store stands ready: close the service, call what it gives, and start the service again. */
  readonly whenReady: () => Promise<Replace>
}

/** Never rejects: where it fails the store is as it was, and whoever asked is told. */
type Replace = () => Promise<void>

interface Surroundings {
  readonly clock: Clock
  readonly log: Log
}

export function createLiveRestoration({ clock, log }: Surroundings): LiveRestoration {
  let isUnderWay = false
  let outcome: RestorationOutcome = {}
  let ready = withResolver<Replace>()

  function standReady(id: string, target: RestoreTarget): void {
    const { resolve } = ready
    ready = withResolver<Replace>()
    resolve(async () => {
      outcome = { id, ...(await replaceBy(target, log)) }
      isUnderWay = false
    })
  }

  return {
    whenReady: () => ready.promise,
    listenOn: (configuration, store) => (request, response) => {
      if (request.method !== 'POST') response.end(JSON.stringify(outcome))
      else if (isUnderWay) response.writeHead(409).end()
      else {
        isUnderWay = true
        const target = targetOf(configuration, { clock, log })
        take({ request, response, target, store, clock }).then(
          (id) => {
            standReady(id, target)
          },
          (error: unknown) => {
            isUnderWay = false
            refuse(error as Error, { request, response, log })
          },
        )
      }
    },
  }
}

interface Taking {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly target: RestoreTarget
  readonly store: RunningStore
  readonly clock: Clock
}

/** Gives the name of the restoration, which whoever asked has been told. */
async function take({ request, response, target, store, clock }: Taking): Promise<string> {
  const tell = (step: RestorationStep) => response.write(`${JSON.stringify(step)}\n`)
  response.writeHead(200, { 'content-type': 'application/jsonl' }).flushHeaders()
  if (request.url?.endsWith('?replace') !== true) await refuseContent(store)
  let records = 0
  await writeBeside({
    ...{ parts: partsIn(request), target, clock },
    restored: () => {
      if (++records % RECORDS_A_LINE === 0) tell({ records })
    },
  })
  const id = String(clock.now())
  tell({ ready: id })
  await ended(response)
  return id
}

function refuse(
  { message: problem }: Error,
  { request, response, log }: Pick<Taking, 'request' | 'response'> & { readonly log: Log },
): void {
  log.warn({ problem }, 'a backup was not restored')
  // What still comes of it is not kept.
  request.resume()
  response.end(`${JSON.stringify({ problem } satisfies RestorationStep)}\n`)
}

const RECORDS_A_LINE = 100

async function replaceBy(target: RestoreTarget, log: Log): Promise<RestorationOutcome> {
  try {
    const aside = await target.replace()
    log.warn({ aside }, 'a backup is the store now')
    return { ...(aside !== undefined && { aside }) }
  } catch (error) {
    const problem = (error as Error).message
    log.error({ problem }, 'a backup was not restored')
    return { problem }
  }
}

/** Resolves also when whoever asked has gone. */
function ended(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed) resolve()
    else response.once('close', resolve).end()
  })
}

function targetOf(configuration: Configuration, surroundings: Surroundings): RestoreTarget {
  return restoreTarget(configuration, surroundings, { nodes: nodesOf(configuration) })
}

/** In the database each worker is a node. */
function nodesOf({ store, workers }: Configuration): string[] {
  const place = storePlace(store)
  if (place.type === 'level') return []
  return Array.from({ length: workers }, (_, index) => workerNode(place.node, index + 1))
}

function withResolver<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
