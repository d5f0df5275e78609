/**
 * The UDP transport on real sockets, with a system call for each datagram and with batched ones: the same must hold.
 *
 *   one transport              another
 *    |------ datagrams ---------->|   as many as fit into its buffer
 *    |<----- each one again ------|   when its turn ends
 */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { after, describe, test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { loadSystemCalls } from '../../core/sip/datagrams/system-calls.ts'
import type { Receive } from '../../core/sip/flow.ts'
import { NO_TRACE } from '../../core/sip/message-trace.ts'
import { openUdpTransport, type UdpTransport } from '../../core/sip/udp-transport.ts'

const calls = await loadSystemCalls()
const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
)
const noIpv6 = hasIpv6 ? false : 'no IPv6 here'

const open: UdpTransport[] = []
after(() => Promise.all(open.map((transport) => transport.stop())))

async function opened(batched: boolean, receive: Receive, address = '127.0.0.1') {
  const options = { transport: 'UDP', address, port: 0, batched } as const
  const onQueued = () => {
    // What is queued outside a turn leaves when the turn of whoever queued it ends.
    setImmediate(() => {
      transport.flush()
    })
  }
  const transport: UdpTransport = await openUdpTransport({
    ...{ options, log: silentLog, receive, onQueued, trace: NO_TRACE },
  })
  open.push(transport)
  return transport
}

/** Sends back what comes. */
const echo: Receive = (octets, flow) => flow.send(Buffer.from(octets))

/** What is sent begins with a letter, as messages do, and is long enough for one. */
const numbered = (number: number) => Buffer.from(`MESSAGE number ${number}`)

interface Exchange {
  readonly batched: boolean
  readonly address?: string
}

/** A transport, and one that echoes. */
async function pair({ batched, address = '127.0.0.1' }: Exchange) {
  const received: string[] = []
  let wanted = Infinity
  let done: () => void = () => undefined
  const other = await opened(batched, echo, address)
  const own = await opened(
    batched,
    (octets) => {
      if (received.push(octets.toString()) >= wanted) done()
    },
    address,
  )
  const count = (until: number) =>
    new Promise<void>((resolve) => {
      wanted = until
      done = resolve
      if (received.length >= until) resolve()
    })
  return { own, other, flow: own.flowTo(address, other.bound.port), received, count }
}

const ALL = 10_000
/** Fits into the smallest buffer a system has. */
const AT_ONCE = 100

for (const batched of [true, false]) {
  describe(batched ? 'with batched system calls' : 'with one system call a datagram', () => {
    const skip = batched && typeof calls === 'string' ? calls : false

    test('10,000 datagrams go each way, each once and in order', { skip }, async () => {
      const { own, flow, received, count } = await pair({ batched })
      for (let sent = 0; sent < ALL; sent += AT_ONCE) {
        for (let at = 0; at < AT_ONCE; at++) flow.send(numbered(sent + at))
        own.flush()
        await count(sent + AT_ONCE)
      }
      assert.deepEqual(
        received,
        Array.from({ length: ALL }, (_, number) => numbered(number).toString()),
      )
    })

    test('over IPv6 too', { skip: skip || noIpv6 }, async () => {
      const { flow, received, count } = await pair({ batched, address: '::1' })
      for (let number = 0; number < 3; number++) flow.send(numbered(number))
      await count(3)
      assert.deepEqual(
        received,
        [0, 1, 2].map((number) => numbered(number).toString()),
      )
    })

    test('a peer is named by the address it has', { skip }, async () => {
      const peers: string[] = []
      const own = await opened(batched, (octets, { remoteAddress, remotePort }) => {
        peers.push(`${octets.toString().slice(-1)} ${remoteAddress}:${remotePort}`)
      })
      const sockets = [createSocket('udp4'), createSocket('udp4')]
      const expected: string[] = []
      for (const [number, socket] of sockets.entries()) {
        await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
        for (let at = 0; at < 3; at++) {
          socket.send(numbered(number), own.bound.port, '127.0.0.1')
          expected.push(`${number} 127.0.0.1:${socket.address().port}`)
        }
      }
      while (peers.length < expected.length) await new Promise((resolve) => setImmediate(resolve))
      for (const socket of sockets) socket.close()
      assert.deepEqual(peers.sort(), expected.sort())
    })

    test(
      'large datagrams are whole; one that is too large is lost, and no other',
      { skip },
      async () => {
        const { flow, received, count } = await pair({ batched })
        const large = Buffer.from(`MESSAGE ${'x'.repeat(60_000)}`)
        flow.send(numbered(1))
        flow.send(Buffer.from(`MESSAGE ${'x'.repeat(65_520)}`))
        flow.send(Buffer.from(`MESSAGE ${'x'.repeat(70_000)}`))
        flow.send(large)
        flow.send(numbered(2))
        await count(3)
        const lengths = received.map(({ length }) => length)
        assert.deepEqual(lengths, [numbered(1).length, large.length, numbered(2).length])
      },
    )

    test('what cannot be reached is lost, and no other', { skip }, async () => {
      const { own, flow, received, count } = await pair({ batched })
      flow.send(numbered(1))
      own.flowTo('127.0.0.1', 0).send(numbered(7))
      own.flowTo('2001:db8::1', 5060).send(numbered(8))
      own.flowTo('no address', 5060).send(numbered(9))
      flow.send(numbered(2))
      await count(2)
      assert.deepEqual(received, [numbered(1).toString(), numbered(2).toString()])
    })

    test('it stops while much waits, and is silent from then on', { skip }, async () => {
      const { own, other, flow } = await pair({ batched })
      for (let number = 0; number < 1000; number++) flow.send(numbered(number))
      own.flush()
      for (let number = 0; number < 1000; number++) flow.send(numbered(number))
      const stopped = [own.stop(), other.stop()]
      flow.send(numbered(1))
      own.flush()
      other.flush()
      await Promise.all(stopped)
      open.splice(-2)
      flow.send(numbered(2))
      own.flush()
    })
  })
}
