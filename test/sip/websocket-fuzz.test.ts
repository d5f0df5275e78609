/** Frames that no client would send, seeded: wrong opcodes, lengths and masks, fragments, control frames out of place. The server goes on answering. RFC 6455 §5. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { DEFAULT_SIP_LIMITS } from '../../core/sip/limits.ts'
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts'
import { requestText, startOne, statusOf, webSocketPeer } from './raw-peer.ts'

const CONNECTIONS = 60
const FRAMES = 50

const HANDSHAKE =
  'GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n'

async function upgraded(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(HANDSHAKE)
  await once(socket, 'data')
  socket.resume()
  return socket
}

/** RFC 6455 §5.2: most are sound, so that what is behind them is reached too. */
function frame(random: SeededRandom): Buffer {
  const { integer, chance } = random
  const isSound = chance(0.85)
  const text = isSound || chance(0.6)
  const payload = text ? Buffer.from(sipText(random)) : Buffer.alloc(integer(300), integer(256))
  const key = Buffer.from([integer(256), integer(256), integer(256), integer(256)])
  const isMasked = isSound || chance(0.8)
  const length = isSound ? lengthOctets(payload.length, false) : wrongLength(payload.length, random)
  length[0] = (length[0] ?? 0) | (isMasked ? 0x80 : 0)
  const body = isMasked ? payload.map((octet, at) => octet ^ (key[at % 4] ?? 0)) : payload
  const first = isSound ? 0x80 | random.pick([1, 2]) : wrongStart(random)
  return Buffer.concat([Buffer.from([first]), length, isMasked ? key : Buffer.alloc(0), body])
}

/** Not the last fragment, bits that mean nothing, opcodes out of place or of nobody. */
function wrongStart({ integer, chance, pick }: SeededRandom): number {
  const final = chance(0.5) ? 0x80 : 0
  const reserved = chance(0.2) ? integer(8) << 4 : 0
  return final | reserved | (chance(0.7) ? pick([0, 1, 2, 8, 9, 10]) : integer(16))
}

function wrongLength(length: number, { chance, integer }: SeededRandom): Buffer {
  if (chance(0.1)) return lengthOctets(Number.MAX_SAFE_INTEGER, true)
  return lengthOctets(chance(0.1) ? integer(2 ** 31) : length, chance(0.1))
}

function lengthOctets(length: number, wide: boolean): Buffer {
  if (length < 126 && !wide) return Buffer.from([length])
  const octets = Buffer.alloc(wide || length > 0xffff ? 9 : 3)
  octets[0] = octets.length === 9 ? 127 : 126
  if (octets.length === 9) octets.writeBigUInt64BE(BigInt(length), 1)
  else octets.writeUInt16BE(length, 1)
  return octets
}

function sipText({ integer, chance }: SeededRandom): string {
  const text = requestText({ via: `SIP/2.0/WS x.invalid;branch=z9hG4bK${integer(1e9)}` })
  if (chance(0.5)) return text
  const at = integer(text.length)
  return text.slice(0, at) + String.fromCharCode(integer(256)) + text.slice(at + integer(20))
}

test('RFC 6455 §5: three thousand frames of a seeded fuzzer leave the server answering, with nothing left of them', async (t) => {
  const random = createSeededRandom(7118)
  const limits = { ...DEFAULT_SIP_LIMITS, connectionsPerAddress: CONNECTIONS }
  const { sip, port } = await startOne('WS', { limits })
  t.after(() => sip.stop())
  let asked = 0
  sip.onRequest((request) => {
    asked++
    request.respond({ status: 200 })
  })
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    const socket = await upgraded(port)
    for (let sent = 0; sent < FRAMES && socket.writable; sent++) {
      const bytes = frame(random)
      // In pieces now and then, as a network would.
      const cut = random.chance(0.2) ? random.integer(bytes.length) : bytes.length
      socket.write(bytes.subarray(0, cut))
      if (cut < bytes.length) socket.write(bytes.subarray(cut))
    }
    socket.end()
    if (!socket.closed) await once(socket, 'close')
  }
  assert.ok(asked > CONNECTIONS / 2, `some were requests after all: ${asked}`)
  // Every place is free again, or the next ones were refused.
  for (let count = 0; count < 3; count++) {
    const peer = await webSocketPeer(`ws://127.0.0.1:${port}`)
    peer.send(requestText({ via: 'SIP/2.0/WS x.invalid;branch=z9hG4bKafter' + String(count) }))
    assert.equal(statusOf(await peer.receive()), 200)
    peer.close()
  }
  assert.deepEqual(sip.load(), { server: 0, client: 0, bytes: sip.load().bytes })
})
