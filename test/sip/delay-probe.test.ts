/** How long what arrives waits, on real sockets. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createSipEndpoint } from '../../core/sip/create-sip-endpoint.ts'
import { createDelayProbe } from '../../core/sip/delay-probe.ts'

const KEY = Buffer.alloc(32, 7)
const clock = { now: () => Date.now(), after: () => () => undefined }
const log = { debug() {}, info() {}, warn() {}, error() {} }

for (const address of ['127.0.0.1', '0.0.0.0', '::1']) {
  test(`a socket on ${address} hears its own probe, and nobody else's`, async () => {
    const heard: number[] = []
    const endpoint = createSipEndpoint({
      ...{ clock, log, allow: 'OPTIONS' },
      listeners: [{ transport: 'UDP', address, port: 0 }],
      delay: { key: KEY, heard: (delay) => void heard.push(delay) },
    })
    await endpoint.start()
    try {
      await sendForged(endpoint.addresses()[0]?.port ?? 0, address)
      await setTimeout(50)
      assert.deepEqual(heard, [], 'a forged one is noise')
      const started = performance.now()
      endpoint.probe()
      while (heard.length === 0) await setTimeout(5)
      const longest = performance.now() - started
      assert.ok(
        heard.every((delay) => delay > 0 && delay <= longest),
        String(heard),
      )
    } finally {
      await endpoint.stop()
    }
    endpoint.probe()
  })
}

async function sendForged(port: number, address: string): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const forged = createDelayProbe(Buffer.alloc(32, 8)).datagram()
  const to = address.includes(':') ? '::1' : '127.0.0.1'
  socket.send(forged, port, to, () => socket.close())
  await once(socket, 'close')
}
