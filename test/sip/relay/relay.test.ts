/**
 * Three workers in three processes on the same sockets: whichever of them gets a message, its home worker deals with it.
 *
 *   phone              worker that got it        home worker
 *    |---- SUBSCRIBE ------->|---- octets, flow ----->|
 *    |<--- 200 --------------|<--- octets ------------|  (over UDP it sends by itself)
 *    |<--- NOTIFY -----------|<-----------------------|
 *    |---- 200 ------------->|---- by its branch ---->|
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bucketOf, homeOfBucket } from '../../../core/sip/relay/bucket.ts'
import { requestText, tcpPeer, tlsPeer, udpPeer, webSocketPeer, type RawPeer } from '../raw-peer.ts'
import { startRelayWorkers, WORKERS, type RelayWorkers } from './relay-workers.ts'

describe('one SIP address, several workers', () => {
  let workers: RelayWorkers

  before(async () => {
    workers = await startRelayWorkers()
  })
  after(async () => {
    await workers.stop()
  })

  const ways = {
    UDP: () => udpPeer(workers.port('UDP')),
    TCP: () => tcpPeer(workers.port('TCP')),
    TLS: () => tlsPeer(workers.port('TLS')),
    WS: () => webSocketPeer(`ws://127.0.0.1:${workers.port('WS')}`),
  }

  for (const transport of ['UDP', 'TCP', 'TLS', 'WS'] as const) {
    test(`${transport}: every request reaches the worker where its address is at home`, async () => {
      // Several connections, so that each worker accepts some.
      for (let round = 0; round < 4; round++) {
        const peer = await ways[transport]()
        for (const [user, worker] of homes()) {
          peer.send(requestTo(user, 'OPTIONS', transport))
          assert.equal(field(await peer.receive(), 'X-Worker'), String(worker))
        }
        peer.close()
      }
    })

    test(`${transport}: NOTIFYs come down the flow of the SUBSCRIBE, and their answers reach who sent them`, async () => {
      for (const [user, worker] of homes()) {
        const peer = await ways[transport]()
        peer.send(requestTo(user, 'SUBSCRIBE', transport))
        const [answer, first] = await both(peer)
        assert.equal(field(answer, 'X-Worker'), String(worker))
        assert.equal(field(first, 'X-Worker'), String(worker))
        peer.send(accepted(first ?? ''))
        const second = await peer.receive()
        assert.equal(field(second, 'X-Outcome'), 'response')
        // In the dialog, by its tag: the Request-URI is our Contact.
        const tag = /;tag=(\w+)/.exec(field(answer, 'To') ?? '')?.[1] ?? ''
        peer.send(requestTo('somebody-else', 'OPTIONS', transport, tag))
        assert.equal(field(await peer.receive(), 'X-Worker'), String(worker))
        peer.close()
      }
    })
  }

  test('RFC 3261 §17.2.2: a retransmission is answered alike, whichever worker it comes to', async () => {
    const peer = await udpPeer(workers.port('UDP'))
    const text = requestTo(nameAt(2), 'OPTIONS', 'UDP')
    peer.send(text)
    const first = await peer.receive()
    for (let again = 0; again < 10; again++) {
      peer.send(text)
      assert.equal(await peer.receive(), first)
    }
    peer.close()
  })

  test('RFC 3261 §18.2.1: the home worker sees where a message came from', async () => {
    for (const transport of ['UDP', 'TCP', 'TLS', 'WS'] as const) {
      const peer = await ways[transport]()
      for (const [user] of homes()) {
        peer.send(requestTo(user, 'OPTIONS', transport))
        assert.equal(field(await peer.receive(), 'X-Peer'), `${transport} 127.0.0.1:${peer.port}`)
      }
      peer.close()
    }
  })

  test('a peer that has said its last still hears the answer of another worker', async () => {
    for (const [user, worker] of homes()) {
      const peer = await tcpPeer(workers.port('TCP'))
      peer.send(requestTo(user, 'OPTIONS', 'TCP'))
      peer.end()
      assert.equal(field(await peer.receive(), 'X-Worker'), String(worker))
      await peer.closed
    }
  })

  test('more requests at once than a connection may have unanswered are all answered', async () => {
    const peer = await tcpPeer(workers.port('TCP'))
    const count = 500
    const users = homes().map(([user]) => user)
    for (let at = 0; at < count; at++) {
      peer.send(requestTo(users[at % users.length] ?? '', 'OPTIONS', 'TCP'))
    }
    let answers = 0
    while (answers < count) {
      const text = await peer.receive()
      assert.ok(text !== undefined, `${answers} answers of ${count}`)
      answers += text.split('X-Worker:').length - 1
    }
    peer.close()
  })

  test('a connection that ends has ended in the worker that knows it from afar', async () => {
    for (const [user] of homes()) {
      const peer = await tcpPeer(workers.port('TCP'))
      peer.send(requestTo(user, 'OPTIONS', 'TCP'))
      const before = endedConnections(await peer.receive())
      peer.close()
      await until(async () => {
        const watcher = await udpPeer(workers.port('UDP'))
        watcher.send(requestTo(user, 'OPTIONS', 'UDP'))
        const now = endedConnections(await watcher.receive())
        watcher.close()
        return now > before
      })
    }
  })

  test('while a worker is gone the others serve what is at home there; when it is back it does again', async () => {
    const gone = 2
    const user = nameAt(gone)
    const accepting = await tcpPeer(workers.port('TCP'))
    await workers.kill(gone)
    await until(async () => {
      const peer = await udpPeer(workers.port('UDP'))
      peer.send(requestTo(user, 'OPTIONS', 'UDP'))
      const worker = field(await peer.receive(500), 'X-Worker')
      peer.close()
      return worker !== undefined && worker !== String(gone)
    })
    await workers.startAgain(gone)
    await until(async () => {
      const peer = await udpPeer(workers.port('UDP'))
      peer.send(requestTo(user, 'OPTIONS', 'UDP'))
      const worker = field(await peer.receive(500), 'X-Worker')
      peer.close()
      return worker === String(gone)
    })
    accepting.close()
  })
})

/** A user of each worker. */
function homes(): [string, number][] {
  return Array.from({ length: WORKERS }, (_, index) => [nameAt(index + 1), index + 1])
}

function nameAt(worker: number): string {
  for (let number = 0; ; number++) {
    const octets = Buffer.from(`sip:user${number}@example.com`)
    const bucket = bucketOf(octets, 0, octets.length) ?? 0
    if (homeOfBucket(bucket, WORKERS) === worker) return `user${number}`
  }
}

function requestTo(user: string, method: string, transport: string, toTag?: string): string {
  const branch = `z9hG4bK${Math.random().toString(36).slice(2)}`
  const via = `SIP/2.0/${transport} 127.0.0.1:9;branch=${branch};rport`
  return requestText({ method, via, ...(toTag !== undefined && { toTag }) }).replaceAll(
    'sip:alice@example.com',
    `sip:${user}@example.com`,
  )
}

function accepted(request: string): string {
  const kept = request
    .split('\r\n')
    .filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line))
    .join('\r\n')
  return `SIP/2.0 200 OK\r\n${kept}\r\nContent-Length: 0\r\n\r\n`
}

/** An answer and a request may come in one piece or in two, the answer first. */
async function both(peer: RawPeer): Promise<[string | undefined, string | undefined]> {
  const text = (await peer.receive()) ?? ''
  const at = text.indexOf('NOTIFY sip:')
  return at >= 0 ? [text.slice(0, at), text.slice(at)] : [text, await peer.receive()]
}

function field(text: string | undefined, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(text ?? '')?.[1]?.trim()
}

function endedConnections(answer: string | undefined): number {
  return (field(answer, 'X-Closed') ?? '').split(',').filter((name) => name === 'TCP').length
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.fail('it did not come about')
}
