/** SIP over the WebSocket of a browser, played here by one that the test moves. RFC 7118. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { webSocketTransportTo } from '../../client/browser/web-socket-transport.ts'
import { createManualClock } from '../support/manual-clock.ts'

const URL = 'wss://example.com/ws'

class FakeSocket extends EventTarget {
  static last: FakeSocket
  readonly url: string
  readonly subprotocol: string
  readonly sent: string[] = []
  readyState = 0
  bufferedAmount = 0
  binaryType = 'blob'

  constructor(url: string, subprotocol: string) {
    super()
    this.url = url
    this.subprotocol = subprotocol
    FakeSocket.last = this
  }

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.readyState = 2
  }

  becomes(readyState: number, event: string): void {
    this.readyState = readyState
    this.dispatchEvent(new Event(event))
  }

  hears(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

function opening() {
  const clock = createManualClock()
  const heard: string[] = []
  const transport = webSocketTransportTo(URL, { WebSocket: FakeSocket, clock })()
  const opened = transport.open({
    message: (text) => heard.push(text),
    closed: ({ message }) => heard.push(`closed: ${message}`),
  })
  return { clock, heard, transport, opened, socket: FakeSocket.last }
}

async function open() {
  const all = opening()
  all.socket.becomes(1, 'open')
  return { ...all, local: await all.opened }
}

test('RFC 7118 §4.1, §5: the subprotocol is sip, and the client goes by a random name that is invalid', async () => {
  const one = await open()
  assert.deepEqual([one.socket.url, one.socket.subprotocol], [URL, 'sip'])
  assert.equal(one.transport.protocol, 'WSS')
  assert.match(one.local.host, /^[0-9a-f]{16}\.invalid$/)
  assert.equal(one.local.port, undefined)
  assert.notEqual((await open()).local.host, one.local.host)
})

test('RFC 7118 §5: text and binary frames are heard alike', async () => {
  const { socket, heard } = await open()
  socket.hears('NOTIFY é')
  socket.hears(new TextEncoder().encode('NOTIFY ü').buffer)
  socket.hears(null)
  assert.equal(socket.binaryType, 'arraybuffer')
  assert.deepEqual(heard, ['NOTIFY é', 'NOTIFY ü'])
})

test('RFC 5626 §4.4.1: who has answered keep-alives and answers no more is given up, though no close event comes', async () => {
  const { socket, heard, clock, transport } = await open()
  clock.advance(1000)
  assert.deepEqual(socket.sent, ['\r\n\r\n'])
  socket.hears('\r\n')
  clock.advance(39_999)
  assert.deepEqual(heard, [])
  clock.advance(1)
  assert.deepEqual(heard, [`closed: ${URL} does not answer any more`])
  socket.becomes(3, 'close')
  socket.hears('late')
  assert.equal(heard.length, 1)
  await assert.rejects(transport.send('x'), /takes nothing/)
})

test('a server that never answered a keep-alive is not given up', async () => {
  const { heard, clock } = await open()
  clock.advance(600_000)
  assert.deepEqual(heard, [])
})

test('what waits for a server that does not read is bounded', async () => {
  const { socket, transport, clock } = await open()
  await transport.send('one')
  socket.bufferedAmount = 2 * 1024 * 1024
  await assert.rejects(transport.send('two'), /takes nothing/)
  clock.advance(30_000)
  assert.deepEqual(socket.sent, ['one'])
})

test('a server that cannot be reached, hangs up or says nothing is told in words', async () => {
  const refused = opening()
  refused.socket.becomes(3, 'error')
  await assert.rejects(refused.opened, /wss:\/\/example\.com\/ws cannot be reached/)
  const silent = opening()
  silent.clock.advance(10_000)
  await assert.rejects(silent.opened, /does not answer/)
  assert.equal(silent.socket.readyState, 2)
  const { socket, heard } = await open()
  socket.becomes(3, 'close')
  assert.deepEqual(heard, [`closed: ${URL} has closed the connection`])
})

test('closing is waited for half a second, and is not told as a loss', async () => {
  const { socket, heard, transport, clock } = await open()
  const closed = transport.close()
  clock.advance(500)
  await closed
  socket.becomes(3, 'close')
  await transport.close()
  assert.deepEqual(heard, [])
})

test('over a real connection messages go both ways', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  t.after(() => {
    server.close()
  })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    socket.on('message', (bytes) => {
      socket.send(bytes, { binary: true })
    })
  })
  const { port } = server.address() as AddressInfo
  let heard: (text: string) => void = () => undefined
  const message = new Promise<string>((resolve) => {
    heard = resolve
  })
  const transport = webSocketTransportTo(`ws://127.0.0.1:${port}/ws`, { WebSocket })()
  await transport.open({ message: heard, closed: () => undefined })
  await transport.send('OPTIONS Grüße')
  assert.equal(await message, 'OPTIONS Grüße')
  await transport.close()
})
