/** Operations over HTTP, below /admin/v1: on the administration's listener and on the socket in the data folder. RFC 9110 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Log } from '../../core/model/log.ts'
import type { Dispatch } from './dispatch.ts'
import { Unauthorized } from './bearer.ts'
import { readInput } from './operation-input.ts'
import { fillPath, pathMembers, readPath } from './operation-path.ts'
import { API_ROOT } from './operation-request.ts'
import type { Caller, Operation } from './operation.ts'
import { PROBLEM_TYPE, problemDetails, problemOf } from './problem-details.ts'

const DOCUMENT = '/openapi.json'

/** Rejects with Unauthorized. */
export type CallerOf = (request: IncomingMessage) => Promise<Caller>

interface OperationListenerParts {
  readonly operations: readonly Operation[]
  readonly dispatch: Dispatch
  readonly callerOf: CallerOf
  /** OpenAPI, for everybody. */
  readonly document?: () => unknown
  readonly log: Log
}

export function createOperationListener(parts: OperationListenerParts): RequestListener {
  const find = createRouter(parts.operations)
  return (request, response) => {
    answer(request, response, { ...parts, find }).catch((error: unknown) => {
      refuse(response, error, parts.log)
      // What is left of a body that nobody will read.
      if (!request.complete) request.resume()
    })
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { find, dispatch, callerOf, document }: OperationListenerParts & { find: Find },
): Promise<void> {
  // As it was sent: `..` leads nowhere, so whoever stands in front and looks at paths sees what is asked for.
  const [target = '', query] = (request.url ?? '').split(/\?(.*)/s, 2)
  const path = target.slice(API_ROOT.length)
  // HEAD is GET without the content. RFC 9110 §9.3.2
  const isHead = request.method === 'HEAD'
  const method = isHead ? 'GET' : (request.method ?? '')
  if (document && path === DOCUMENT && method === 'GET') {
    send(response, document(), undefined)
    return
  }
  const caller = await callerOf(request)
  const found = find(path)
  if (!found) {
    sendProblem(response, 404, 'there is no such operation')
    return
  }
  const operation = found.operations.find(({ description }) => description.method === method)
  if (!operation) {
    const methods = found.operations.map(({ description }) => description.method)
    response.setHeader('allow', methods.join(', '))
    sendProblem(response, 405)
    return
  }
  const { description } = operation
  const place = { inPath: found.inPath, query: new URLSearchParams(query) }
  const input = await readInput(request, description, place)
  const result = await dispatch(operation, input, caller)
  if (description.creates !== undefined) {
    const made = { ...(input as object), ...(result as object) }
    response.statusCode = 201
    response.setHeader('location', API_ROOT + fillPath(description.creates, made))
  }
  if (!description.inPieces) send(response, result, description.gives)
  else await sendPieces(response, result as Pieces, { gives: description.gives, isHead })
}

interface Found {
  readonly operations: readonly Operation[]
  readonly inPath: Readonly<Record<string, string>>
}
type Find = (path: string) => Found | undefined

/** Of two templates that fit, the one with fewer braces: `/accounts/import` is no address. */
function createRouter(operations: readonly Operation[]): Find {
  const paths = new Set(operations.map(({ description }) => description.path))
  const templates = [...paths].sort(
    (one, other) => pathMembers(one).length - pathMembers(other).length,
  )
  const at = (template: string) =>
    operations.filter(({ description }) => description.path === template)
  return (path) => {
    for (const template of templates) {
      const inPath = readPath(template, path)
      if (inPath) return { operations: at(template), inPath }
    }
    return undefined
  }
}

function send(response: ServerResponse, result: unknown, gives: string | undefined): void {
  const body =
    gives === undefined
      ? Buffer.from(JSON.stringify(result))
      : (result as { bytes: Uint8Array }).bytes
  response
    .writeHead(response.statusCode, headersOf(gives ?? 'application/json', body.length))
    .end(body)
}

interface Pieces {
  readonly bytes: AsyncIterable<Uint8Array>
}

/** As fast as they are read. Its length is not known: who is not sent its end knows that it broke off. RFC 9112 §7.1 */
async function sendPieces(
  response: ServerResponse,
  { bytes }: Pieces,
  { gives = 'application/octet-stream', isHead }: { gives: string | undefined; isHead: boolean },
): Promise<void> {
  response.writeHead(response.statusCode, headersOf(gives))
  if (isHead) {
    response.end()
    return
  }
  await pipeline(bytes, response).catch((error: unknown) => {
    // Who asked has gone.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

/** RFC 6750 §3.1 */
const INSUFFICIENT = 'Bearer realm="visage", error="insufficient_scope"'

function refuse(response: ServerResponse, error: unknown, log: Log): void {
  if (error instanceof Unauthorized) {
    response.setHeader('www-authenticate', error.challenge)
    sendProblem(response, 401, error.message)
    return
  }
  const problem = problemOf(error)
  if (problem?.status === 403) {
    response.setHeader('www-authenticate', INSUFFICIENT)
  }
  if (!problem) log.error({ error: String(error) }, 'administration failed')
  if (response.headersSent) response.destroy()
  else sendProblem(response, problem?.status ?? 500, problem?.detail)
}

function sendProblem(response: ServerResponse, status: number, detail?: string): void {
  const body = JSON.stringify(problemDetails(status, detail))
  response.writeHead(status, headersOf(PROBLEM_TYPE, Buffer.byteLength(body))).end(body)
}

function headersOf(type: string, length?: number): Record<string, string | number> {
  return {
    'content-type': type,
    ...(length !== undefined && { 'content-length': length }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
}
