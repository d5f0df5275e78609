/** A worker that does not keep up, or goes, as the worker sees it that has the connection. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { RelayPeer } from '../../../core/sip/relay/relay-link.ts'
import {
  MESSAGE,
  numberedHead,
  numberIn,
  DATAGRAM,
  READY,
  SEND,
  SETTLED,
} from '../../../core/sip/relay/relay-message.ts'
import { requestText, startEndpoint, statusOf, tcpPeer, udpPeer } from '../raw-peer.ts'

/** The second worker: takes what it is sent, and says what the test wants. */
class OtherWorker implements RelayPeer {
  open = true
  waiting = 0
  readonly got: Buffer[] = []
  #onMessage: (message: Buffer) => void = () => undefined
  #onLost = () => {}

  post(head: Uint8Array, octets: Uint8Array = Buffer.alloc(0)): boolean {
    this.got.push(Buffer.concat([head, octets]))
    return true
  }

  flush(): void {
    // Nothing waits.
  }

  onMessage(handler: (message: Buffer) => void): void {
    this.#onMessage = handler
  }

  onLost(handler: () => void): void {
    this.#onLost = handler
  }

  say(head: Uint8Array, text = ''): void {
    this.#onMessage(Buffer.concat([head, Buffer.from(text)]))
  }

  go(): void {
    this.open = false
    this.#onLost()
  }

  messages(): Buffer[] {
    return this.got.filter((message) => message[0] === MESSAGE)
  }
}

async function withOther(t: TestContext, { isReady = true } = {}) {
  const other = new OtherWorker()
  const endpoint = await startEndpoint({
    relay: {
      hostsOfFirst: new Set<string>(),
      links: {
        own: 1,
        workers: 2,
        onOpen(listener) {
          listener(2, other)
        },
      },
    },
  })
  endpoint.sip.onRequest((request) => {
    request.respond({ status: 200 })
  })
  if (isReady) other.say(Uint8Array.of(READY))
  t.after(() => endpoint.sip.stop())
  return { other, endpoint }
}

/** In a dialog of the second worker: its bucket is an odd one. */
function elsewhere(): string {
  return requestText({ via: 'SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKx;rport', toTag: '01ff' })
}

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500 && !holds(); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.ok(holds())
}

test('a worker that does not keep up gets nothing more: 503 on a connection, nothing over UDP', async (t) => {
  const { other, endpoint } = await withOther(t)
  other.waiting = 2 ** 30
  const [tcp, udp] = [await tcpPeer(endpoint.tcpPort), await udpPeer(endpoint.udpPort)]
  t.after(() => {
    tcp.close()
    udp.close()
  })
  tcp.send(elsewhere())
  const answer = await tcp.receive()
  assert.equal(statusOf(answer), 503)
  assert.match(answer ?? '', /^Retry-After: \d+\r$/m)
  udp.send(elsewhere())
  udp.send(requestText({ toTag: '00ff' }))
  // The second one is served here.
  assert.equal(statusOf(await udp.receive()), 200)
  assert.equal(await udp.receive(1), undefined)
  assert.equal(other.messages().length, 0)
})

test('a connection is read no further while another worker owes it answers, and again when that worker has gone', async (t) => {
  const { other, endpoint } = await withOther(t)
  const tcp = await tcpPeer(endpoint.tcpPort)
  t.after(() => {
    tcp.close()
  })
  // One after the other, so that each is read by itself.
  const count = 200
  for (let at = 0; at < count; at++) {
    tcp.send(elsewhere())
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => other.messages().length >= 64)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const before = other.messages().length
  assert.ok(before < count, String(before))
  other.go()
  // The rest is served here.
  assert.equal(statusOf(await tcp.receive()), 200)
})

test('what another worker answers leaves by the connection; what it has settled is owed no more', async (t) => {
  const { other, endpoint } = await withOther(t)
  const tcp = await tcpPeer(endpoint.tcpPort)
  t.after(() => {
    tcp.close()
  })
  for (let at = 0; at < 300; at++) {
    tcp.send(elsewhere())
    await until(() => other.messages().length > at)
    const number = numberIn(other.messages()[at] ?? Buffer.alloc(5))
    other.say(numberedHead(SEND, number), `SIP/2.0 200 OK ${at}`)
    other.say(numberedHead(SETTLED, number))
    assert.match((await tcp.receive()) ?? '', new RegExp(`200 OK ${at}$`))
  }
})

test('numbers that nobody has given, and words that nobody knows, do no harm', async (t) => {
  const { other, endpoint } = await withOther(t)
  for (let what = 0; what < 256; what++) {
    if (what !== READY) other.say(numberedHead(what, 4711), '\n\n\n')
  }
  const udp = await udpPeer(endpoint.udpPort)
  udp.send(requestText({ toTag: '00ff' }))
  assert.equal(statusOf(await udp.receive()), 200)
  udp.close()
})

test('a worker that listens only now is told again that this one is ready, and once', async (t) => {
  const { other } = await withOther(t)
  const told = () => other.got.filter(([what]) => what === READY).length
  // When it was told first it may not have listened: answers to this worker's NOTIFYs would be served there, in vain.
  other.got.splice(0)
  other.go()
  other.say(Uint8Array.of(READY))
  assert.equal(told(), 1)
  other.say(Uint8Array.of(READY))
  assert.equal(told(), 1)
})

test('RFC 3261 §17.1.3: an answer reaches the worker that asked, also before that one takes requests', async (t) => {
  const { other, endpoint } = await withOther(t, { isReady: false })
  const udp = await udpPeer(endpoint.udpPort)
  udp.send(requestText({ toTag: '01ff' }))
  assert.equal(statusOf(await udp.receive()), 200, 'a request is served here')
  udp.send('SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK02a\r\n\r\n')
  await until(() => other.got.some(([what]) => what === DATAGRAM))
  udp.close()
})
