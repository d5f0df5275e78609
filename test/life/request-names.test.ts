/** Names of HTTP requests, in the log and in the answer. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { logWriter } from '../../service/log-format.ts'
import { createLog } from '../../service/log.ts'
import { nameRequests } from '../../service/request-names.ts'
import { requestIdOf } from '../../xcap-server/request-id.ts'

/** Answers each request with its name. */
async function serving(t: TestContext, isTrusted: boolean) {
  const lines: Record<string, unknown>[] = []
  const log = { ...silentLog, debug: (fields: object) => void lines.push({ ...fields }) }
  const parts = { isTrusted: () => isTrusted, isDebugging: () => true, log }
  const server = createServer(
    nameRequests(parts, (request, response) => {
      response.end(requestIdOf(request))
    }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const ask = async (path: string, name?: string) => {
    const headers = { connection: 'close', ...(name !== undefined && { 'x-request-id': name }) }
    const response = await fetch(url + path, { headers })
    return { said: response.headers.get('x-request-id'), name: await response.text() }
  }
  const lineOf = async (name: string) => {
    for (;;) {
      const line = lines.find(({ requestId }) => requestId === name)
      if (line) return line
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { ask, lineOf }
}

test("a trusted proxy's X-Request-Id is the request's name, and is answered", async (t) => {
  const { ask } = await serving(t, true)
  assert.deepEqual(await ask('/', 'abc-1'), { said: 'abc-1', name: 'abc-1' })
  assert.equal((await ask('/', 'a\tforged "line"')).said, null)
})

test("nobody else's is believed: each request has a name of ours", async (t) => {
  const { ask } = await serving(t, false)
  const [first, second] = [await ask('/', 'abc-1'), await ask('/', 'abc-1')]
  assert.equal(first.said, null)
  assert.equal(new Set(['abc-1', first.name, second.name]).size, 3)
})

test('a line of the log has the name, and neither the query nor the token of an icon', async (t) => {
  const { ask, lineOf } = await serving(t, false)
  const { name } = await ask('/i/secret-token.png?password=secret')
  const { milliseconds, ...line } = await lineOf(name)
  assert.equal(typeof milliseconds, 'number')
  assert.deepEqual(line, { requestId: name, method: 'GET', path: '/i/', status: 200 })
})

test('log.format pretty is for people: the time, what happened, and the circumstances on one line', (t) => {
  const written: string[] = []
  t.mock.method(process.stderr, 'write', (line: string) => written.push(line) > 0)
  createLog('info', logWriter('pretty')).warn({ peer: '192.0.2.1' }, 'something happened')
  createLog('info', logWriter('json')).warn({ peer: '192.0.2.1' }, 'something happened')
  t.mock.restoreAll()
  const [pretty = '', json = ''] = written
  assert.match(pretty, /^\[\d\d:\d\d:\d\d\] WARN: something happened \{"peer":"192\.0\.2\.1"\}\n$/)
  assert.equal((JSON.parse(json) as { msg: string }).msg, 'something happened')
})
