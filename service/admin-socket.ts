/** Administration of a running service: HTTP over a Unix socket in its data folder, for who may read that folder. */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../core/model/log.ts'
import type { AccountAdministration } from './account-administration.ts'
import { AccountProblem } from './account-problem.ts'
import type { Explain } from '../presence-agent/explanation/explanation-facts.ts'
import type { ReportGateway } from '../xmpp-gateway/gateway-report.ts'
import { explanationRequest } from './explanation-request.ts'
import { answerGatewayRequest, gatewayRequest } from './gateway-request.ts'
import { accountImport, newAccount, newAlias, newPassword, removal } from './account-requests.ts'

/** A socket's address holds no more: sockaddr_un, unix(7). */
const LONGEST_PATH = 107
const LARGEST_REQUEST = 16 * 2 ** 20

export function adminSocketPath(dataFolder: string): string {
  return join(dataFolder, 'admin.sock')
}

/** Faults of the request; everything else is ours. */
const EXPECTED = [AccountProblem, z.ZodError, SyntaxError]

type Operation = (body: unknown) => Promise<unknown>

/** Rejects when another service answers on the socket; one that nobody answers on is removed. */
export async function openAdminSocket({
  dataFolder,
  accounts,
  explain,
  reportGateway,
  log,
}: {
  dataFolder: string
  accounts: AccountAdministration
  explain: Explain
  reportGateway?: ReportGateway | undefined
  log: Log
}): Promise<{ close(): Promise<void> }> {
  const path = adminSocketPath(dataFolder)
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Error(`data: the path ${path} is too long for a socket (${LONGEST_PATH} bytes)`)
  }
  const operations = createOperations(accounts, explain, reportGateway)
  const server = createServer((request, response) => {
    answer(request, response, { accounts, operations }).catch((error: unknown) => {
      refuse(response, error, log)
    })
  })
  await removeStale(path)
  await listenPrivately(server, path)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

function createOperations(
  accounts: AccountAdministration,
  explain: Explain,
  reportGateway: ReportGateway | undefined,
): Readonly<Record<string, Operation>> {
  return {
    '/accounts/add': (body) => accounts.add(newAccount.parse(body)),
    '/accounts/alias': (body) => accounts.addAlias(newAlias.parse(body)),
    '/accounts/password': (body) => accounts.changePassword(newPassword.parse(body)),
    '/accounts/remove': (body) => accounts.remove(removal.parse(body)),
    '/accounts/import': (body) => accounts.import(accountImport.parse(body)),
    '/explain': (body) => {
      const { watcher, presentity } = explanationRequest.parse(body)
      return explain(watcher, presentity)
    },
    '/xmpp': (body) =>
      Promise.resolve(answerGatewayRequest(gatewayRequest.parse(body), reportGateway)),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {
    accounts,
    operations,
  }: { accounts: AccountAdministration; operations: Record<string, Operation> },
): Promise<void> {
  const path = request.url ?? ''
  if (request.method === 'GET' && path === '/accounts') {
    await list(response, accounts)
    return
  }
  const operation = Object.hasOwn(operations, path) ? operations[path] : undefined
  if (request.method !== 'POST' || !operation) throw new AccountProblem(`no operation ${path}`)
  const result = await operation(JSON.parse(await bodyOf(request)))
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
}

/** One account a line, as fast as the other side reads. */
async function list(response: ServerResponse, accounts: AccountAdministration): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  for await (const account of accounts.list()) {
    if (response.destroyed) return
    const room = response.write(`${JSON.stringify(account)}\n`)
    if (!room)
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
  }
  response.end()
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > LARGEST_REQUEST) throw new AccountProblem('the request is too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function refuse(response: ServerResponse, error: unknown, log: Log): void {
  const expected = EXPECTED.some((kind) => error instanceof kind)
  if (!expected) log.error({ error: String(error) }, 'administration failed')
  if (response.headersSent) {
    response.destroy()
    return
  }
  const text = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
  response
    .writeHead(expected ? 409 : 500, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: text }))
}

/** A socket file outlives a service that was killed. */
async function removeStale(path: string): Promise<void> {
  const state = await new Promise<string | undefined>((resolve) => {
    const connection = createConnection(path)
    connection.once('connect', () => {
      connection.destroy()
      resolve('LIVE')
    })
    connection.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code)
    })
  })
  if (state === 'ENOENT') return
  if (state === 'LIVE') throw new Error(`${path} is in use by a running service`)
  // A file that is no socket gives the same error, and is not ours to remove.
  if (!lstatSync(path).isSocket()) throw new Error(`${path} is no socket; move it away`)
  if (state !== 'ECONNREFUSED') throw new Error(`${path} cannot be used: ${String(state)}`)
  unlinkSync(path)
}

/** The file is nobody else's from the moment it exists: listen() makes it before it returns. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject)
  })
  const before = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  await listening
  chmodSync(path, 0o600)
}
