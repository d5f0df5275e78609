/** The service that runs on a data folder, asked by its socket. */
import { request, type IncomingMessage } from 'node:http'
import { userInfo } from 'node:os'
import { AccountProblem } from '../account-problem.ts'
import { adminSocketPath } from '../admin-socket.ts'
import { writeRequest, type OperationRequest } from './operation-request.ts'
import type { Ask } from './operation.ts'
import { problemFrom, type ProblemDetails } from './problem-details.ts'

/** Who asks, as the command says; whoever can open the socket is believed. */
export const LOCAL_USER_HEADER = 'x-visage-user'

/** Undefined when no service runs there. */
export async function askRunningService(dataFolder: string): Promise<Ask | undefined> {
  const socketPath = adminSocketPath(dataFolder)
  if (!(await answers(socketPath))) return undefined
  return async (description, input) => {
    const asked = writeRequest(description, input as Record<string, unknown>)
    const response = await send(socketPath, asked)
    const status = response.statusCode ?? 0
    if (description.inPieces && status < 300) {
      return description.output.parse({ bytes: piecesOf(response) })
    }
    const octets = await octetsOf(response)
    if (status >= 300) throw problemFrom(status, detailIn(octets))
    if (description.gives !== undefined) return description.output.parse({ bytes: octets })
    return description.output.parse(JSON.parse(octets.toString('utf8')))
  }
}

export function localUser(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

function detailIn(octets: Buffer): string | undefined {
  try {
    return (JSON.parse(octets.toString('utf8')) as ProblemDetails).detail
  } catch {
    return undefined
  }
}

async function answers(socketPath: string): Promise<boolean> {
  try {
    const response = await send(socketPath, { method: 'GET', path: '/', headers: {} })
    response.resume()
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') return false
    throw new AccountProblem(`${socketPath}: ${(error as Error).message}`, 'unavailable')
  }
}

function send(
  socketPath: string,
  { method, path, headers, body }: OperationRequest,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, [LOCAL_USER_HEADER]: encodeURIComponent(localUser()) }
    request({ socketPath, method, path, agent: false, headers: sent })
      .once('response', resolve)
      .once('error', (error) => {
        reject(isBrokenOff(error) ? unanswered() : error)
      })
      .end(body)
  })
}

/** It was killed or stopped; whether it did what it was asked for is in its audit log. */
function unanswered(): AccountProblem {
  return new AccountProblem('the service ended before it answered: ask again', 'unavailable')
}

const isBrokenOff = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ECONNRESET'

/** Rejects when the service breaks off: what came until then is not all. */
async function* piecesOf(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response as AsyncIterable<Buffer>
  } catch (error) {
    throw isBrokenOff(error) ? unanswered() : error
  }
}

async function octetsOf(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}
