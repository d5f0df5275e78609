/** A look-up hook that answers as the test says, and remembers what it was asked. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export type HookAnswer = (response: ServerResponse, query: URLSearchParams) => void

export interface LookupHook {
  readonly url: string
  /** What stood in each query. */
  readonly asked: Record<string, string>[]
  readonly tokens: (string | undefined)[]
  answer: HookAnswer
}

/** `content` as JSON; undefined: there is no such account. */
export function says(content: unknown): HookAnswer {
  return (response) => {
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(content))
  }
}

export async function openLookupHook(t: TestContext, answer: HookAnswer): Promise<LookupHook> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    hook.asked.push(Object.fromEntries(searchParams))
    hook.tokens.push(request.headers.authorization)
    hook.answer(response, searchParams)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const hook: LookupHook = {
    url: `http://127.0.0.1:${port}/accounts`,
    asked: [],
    tokens: [],
    answer,
  }
  return hook
}
