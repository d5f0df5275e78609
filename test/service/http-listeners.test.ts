/** Closing the HTTP sockets: who is being answered is answered, within a bound. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { openHttpListeners } from '../../service/http-listeners.ts'
import { certificates } from '../support/certificates.ts'

async function open() {
  const asked: ServerResponse[] = []
  const listeners = await openHttpListeners({
    listeners: [{ address: { host: '127.0.0.1', port: 0 }, tls: undefined }],
    handle: (_request, response) => {
      asked.push(response)
    },
    maxConnections: 10,
  })
  const socket = connect(listeners.addresses[0]?.port ?? 0, '127.0.0.1')
  socket.setEncoding('utf8').on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  return { listeners, socket, response: asked[0]! }
}

test('a request under way when the service stops is answered, then the socket is closed', async () => {
  const { listeners, socket, response } = await open()
  const closing = listeners.close(10_000)
  response.end('the answer')
  const [text] = (await once(socket, 'data')) as [string]
  assert.match(text, /200 OK[^]*the answer/)
  await closing
})

test('a request that is never answered holds the end up no longer than the bound', async () => {
  const { listeners, socket } = await open()
  const ended = once(socket, 'close')
  await listeners.close(30)
  await ended
})

test('whoever connects to HTTPS and begins no handshake is cut before long', async () => {
  const listeners = await openHttpListeners({
    listeners: [{ address: { host: '127.0.0.1', port: 0 }, tls: certificates('localhost') }],
    handle: () => undefined,
    maxConnections: 10,
    handshakeTimeout: 50,
  })
  const silent = connect(listeners.addresses[0]?.port ?? 0, '127.0.0.1')
  await once(silent, 'close', { signal: AbortSignal.timeout(2_000) })
  await listeners.close(0)
})

test(
  'whoever holds every connection and asks nothing is cut before long, and others are served',
  { timeout: 9_000 },
  async (t) => {
    const listeners = await openHttpListeners({
      listeners: [{ address: { host: '127.0.0.1', port: 0 }, tls: undefined }],
      handle: (_request, response) => response.end('served'),
      maxConnections: 1,
      headersTimeout: 100,
    })
    t.after(() => listeners.close(0))
    const { port = 0 } = listeners.addresses[0] ?? {}
    const holder = connect(port, '127.0.0.1').resume()
    await once(holder, 'close')
    assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'served')
  },
)
