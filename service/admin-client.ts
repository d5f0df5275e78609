/** Account administration from outside: the same functions, asked of the service that runs on a data folder. */
import { request, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import type { AccountAdministration, AccountSummary } from './account-administration.ts'
import { AccountProblem } from './account-problem.ts'
import type { Explanation } from '../presence-agent/explanation/explanation.ts'
import type { ExplanationRequest } from './explanation-request.ts'
import type { GatewayReport, GatewayRequest } from './gateway-request.ts'
import { adminSocketPath } from './admin-socket.ts'

/** Undefined when no service runs there. */
export async function connectAdministration(
  dataFolder: string,
): Promise<AccountAdministration | undefined> {
  const socketPath = adminSocketPath(dataFolder)
  const call = callerOf(socketPath)
  if (!(await answers(socketPath))) return undefined
  return {
    add: (body) => call('/accounts/add', body),
    addAlias: (body) => call('/accounts/alias', body),
    changePassword: (body) => call('/accounts/password', body),
    remove: (body) => call('/accounts/remove', body),
    import: (body) => call('/accounts/import', body),
    list: async function* () {
      const response = await send(socketPath, { method: 'GET', path: '/accounts' })
      for await (const line of createInterface({ input: response })) {
        yield JSON.parse(line) as AccountSummary
      }
    },
  }
}

/** Undefined when no service runs there. */
export function askForExplanation(
  dataFolder: string,
  request: ExplanationRequest,
): Promise<Explanation | undefined> {
  return ask(dataFolder, '/explain', request)
}

/** Undefined when no service runs there. */
export function askForGatewayReport(
  dataFolder: string,
  request: GatewayRequest,
): Promise<GatewayReport | undefined> {
  return ask(dataFolder, '/xmpp', request)
}

async function ask<T>(dataFolder: string, path: string, request: unknown): Promise<T | undefined> {
  const socketPath = adminSocketPath(dataFolder)
  return (await answers(socketPath)) ? callerOf(socketPath)<T>(path, request) : undefined
}

/** Rejects with AccountProblem where the service refuses. */
function callerOf(socketPath: string) {
  return async <T>(path: string, body: unknown): Promise<T> => {
    const response = await send(socketPath, { method: 'POST', path }, JSON.stringify(body))
    const reply = JSON.parse(await textOf(response)) as T & { error?: string }
    if (response.statusCode === 200) return reply
    throw new AccountProblem(reply.error ?? `the service answered ${String(response.statusCode)}`)
  }
}

async function answers(socketPath: string): Promise<boolean> {
  try {
    const response = await send(socketPath, { method: 'GET', path: '/' })
    response.resume()
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') return false
    throw new AccountProblem(`${socketPath}: ${(error as Error).message}`)
  }
}

function send(
  socketPath: string,
  { method, path }: { method: string; path: string },
  body?: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path, agent: false })
      .once('response', resolve)
      .once('error', reject)
      .end(body)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
