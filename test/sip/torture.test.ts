/** Every message of RFC 4475, through the parser and through a real endpoint over UDP, TCP and WebSocket. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import {
  startEndpoint,
  startOne,
  statusOf,
  tcpPeer,
  udpPeer,
  webSocketPeer,
  type TestEndpoint,
} from './raw-peer.ts'
import { TORTURE_OUTCOMES as OUTCOMES } from './torture-outcomes.ts'

const FOLDER = new URL('../fixtures/rfc4475/', import.meta.url)

/** On a stream the rest of the body is waited for. */
const UNFINISHED_ON_STREAM = ['clerr', 'baddn']
/** Without Content-Length a stream cannot be cut. RFC 3261 §18.3. */
const WITHOUT_LENGTH = ['inv2543', 'badvers']

/** More than a message. Over UDP what is too much is ignored; in a frame there must be none. RFC 7118 §5. */
const MORE_THAN_ONE = ['dblreq']

const names = readdirSync(FOLDER).map((file) => file.replace('.dat', ''))
const bytesOf = (name: string) => readFileSync(new URL(`${name}.dat`, FOLDER))

describe('RFC 4475 torture messages', () => {
  /** Two, so that what came by the one way is no merged request on the other. */
  let overUdp: TestEndpoint
  let overTcp: TestEndpoint
  let overWebSocket: Awaited<ReturnType<typeof startOne>>

  before(async () => {
    overUdp = await startEndpoint()
    overTcp = await startEndpoint()
    overWebSocket = await startOne('WS')
    for (const { sip } of [overUdp, overTcp, overWebSocket]) {
      sip.onRequest((request) => {
        request.respond({ status: 200 })
      })
    }
  })
  after(() => Promise.all([overUdp, overTcp, overWebSocket].map(({ sip }) => sip.stop())))

  test('every message of the archive has an expectation', () => {
    assert.deepEqual(names.toSorted(), Object.keys(OUTCOMES).toSorted())
  })

  for (const name of names) {
    const wanted = OUTCOMES[name]

    test(`RFC 4475 ${name}: the parser accepts or says ${wanted}`, () => {
      const parsed = parseSipMessage(bytesOf(name), { stream: false })
      if (typeof wanted === 'number' && ![200, 405].includes(wanted)) {
        assert.ok('problem' in parsed)
        assert.equal(parsed.status, wanted)
      } else if (wanted === 'silence') {
        assert.ok('problem' in parsed ? parsed.status === undefined : !parsed.isRequest)
      } else assert.ok(!('problem' in parsed))
    })

    test(`RFC 4475 ${name}: over UDP the answer is ${wanted}`, async () => {
      const peer = await udpPeer(overUdp.udpPort)
      try {
        peer.send(withSourcePort(bytesOf(name)))
        // A sound request right behind shows that the message was dealt with.
        peer.send(OPTIONS)
        const answers = [await peer.receive(), await peer.receive(wanted === 'silence' ? 20 : 2000)]
        const own = answers.filter((text) => text !== undefined && !text.includes(PROBE))
        assert.equal(own.length === 0 ? 'silence' : statusOf(own[0]), wanted)
      } finally {
        peer.close()
      }
    })

    test(`RFC 4475 ${name}: over TCP the answer is ${wanted}, or the connection ends`, async () => {
      const peer = await tcpPeer(overTcp.tcpPort)
      try {
        peer.send(bytesOf(name))
        if (UNFINISHED_ON_STREAM.includes(name)) {
          assert.equal(await peer.receive(30), undefined)
          return
        }
        const status = statusOf(await peer.receive(wanted === 'silence' ? 30 : 2000))
        const expected = WITHOUT_LENGTH.includes(name) && wanted !== 505 ? 400 : wanted
        assert.equal(status ?? 'silence', expected)
      } finally {
        peer.close()
      }
    })

    test(`RFC 4475 ${name}: over WebSocket the answer is ${wanted}, and the next message is understood`, async () => {
      const peer = await webSocketPeer(`ws://127.0.0.1:${overWebSocket.port}`)
      try {
        peer.send(bytesOf(name))
        const expected = MORE_THAN_ONE.includes(name) ? 400 : wanted
        if (expected !== 'silence') assert.equal(statusOf(await peer.receive()), expected)
        peer.send(OPTIONS.replaceAll(PROBE, `${PROBE}-${name}`))
        assert.match((await peer.receive()) ?? '', /^SIP\/2\.0 200 [^]*after-the-torture/)
      } finally {
        peer.close()
      }
    })
  }
})

const PROBE = 'after-the-torture'
const OPTIONS =
  `OPTIONS sip:probe@example.com SIP/2.0\r\nVia: SIP/2.0/UDP probe.invalid;branch=z9hG4bK${PROBE};rport\r\n` +
  `From: <sip:p@example.com>;tag=p\r\nTo: <sip:p@example.com>\r\nCall-ID: ${PROBE}\r\nCSeq: 1 OPTIONS\r\n\r\n`

/** mpart01 is said to come from 127.0.0.1:5070: its answer would go there. */
function withSourcePort(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace('127.0.0.1:5070', 'host1.example'), 'latin1')
}
