/** HTTP listeners that are about to close. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage, type ServerResponse } from 'node:http'
import { test } from 'node:test'
import { openHttpListeners } from '../../service/http-listeners.ts'

test('RFC 9112 §9.6: what was begun is answered, as the last of its connection; nobody new gets in', async (t) => {
  const begun: ServerResponse[] = []
  const http = await openHttpListeners({
    listeners: [{ address: { host: '127.0.0.1', port: 0 }, tls: undefined }],
    handle: (_request, response) => void begun.push(response),
    maxConnections: 10,
  })
  t.after(() => http.close(0))
  const { host, port } = http.addresses[0] ?? { host: '', port: 0 }
  const asked = request({ host, port, headers: { connection: 'keep-alive' } }).end()
  while (begun.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(http.underWay(), 1)
  http.stopTaking()
  const refused = request({ host, port, agent: false }).end()
  const [problem] = (await once(refused, 'error')) as [NodeJS.ErrnoException]
  assert.equal(problem.code, 'ECONNREFUSED')
  begun[0]?.end('done')
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal(answer.headers.connection, 'close')
  answer.resume()
  await once(answer, 'close')
  while (http.underWay() > 0) await new Promise((resolve) => setImmediate(resolve))
})
