/** Links between workers: real Unix sockets in a folder of their own. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import {
  AskFailed,
  CHANNEL_LIMITS,
  ChannelLost,
  createChannel,
  type Channel,
} from '../../service/workers/channel.ts'
import { openLinks } from '../../service/workers/links.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const TOPIC = 7

async function socketPair(t: TestContext): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
  const [far] = (await once(server, 'connection')) as [Socket]
  t.after(() => {
    near.destroy()
    far.destroy()
    server.close()
  })
  return [near, far]
}

async function channelPair(t: TestContext, limits = CHANNEL_LIMITS): Promise<[Channel, Channel]> {
  const [near, far] = await socketPair(t)
  return [
    createChannel({ stream: near, log: silent, limits }),
    createChannel({ stream: far, log: silent, limits }),
  ]
}

test('messages arrive whole and in order, from empty ones to some of a megabyte', async (t) => {
  const [near, far] = await channelPair(t)
  const sent = [0, 1, 100, 65_530, 65_536, 1_000_000, 3, 200_000].map((size) => randomBytes(size))
  const got: Buffer[] = []
  const all = new Promise<void>((resolve) => {
    far.onPost(TOPIC, (payload) => {
      if (got.push(payload) === sent.length) resolve()
    })
  })
  for (const payload of sent) {
    assert.ok(near.post(TOPIC, payload.subarray(0, 2), payload.subarray(2)))
  }
  await all
  assert.deepEqual(got, sent)
})

test('each question gets its own answer, in whatever order they come; a failure says why', async (t) => {
  const [near, far] = await channelPair(t)
  far.onAsk(TOPIC, async (payload) => {
    if (payload[0] === 3) throw new Error('three is too many')
    if (payload[0] === 1) await new Promise((resolve) => setImmediate(resolve))
    return Buffer.from([...payload, 42])
  })
  const answers = [1, 2].map((number) => near.ask(TOPIC, Uint8Array.of(number)))
  await assert.rejects(near.ask(TOPIC, Uint8Array.of(3)), (error: Error) => {
    return error instanceof AskFailed && error.message === 'three is too many'
  })
  await assert.rejects(near.ask(TOPIC + 1, Uint8Array.of(3)), AskFailed)
  assert.deepEqual(
    (await Promise.all(answers)).map((answer) => [...answer]),
    [
      [1, 42],
      [2, 42],
    ],
  )
})

test('when the other side goes its unanswered questions fail, and nothing more is taken', async (t) => {
  const [near, far] = await channelPair(t)
  far.onAsk(TOPIC, () => {
    far.end()
    return new Promise(() => undefined)
  })
  let lost = 0
  near.onLost(() => lost++)
  await assert.rejects(near.ask(TOPIC, Uint8Array.of(1)), ChannelLost)
  assert.equal(near.open, false)
  assert.equal(near.post(TOPIC, Uint8Array.of(1)), false)
  await assert.rejects(near.ask(TOPIC, Uint8Array.of(1)), ChannelLost)
  assert.equal(lost, 1)
})

test('what waits for a side that does not read is bounded', async (t) => {
  const [stream, deaf] = await socketPair(t)
  deaf.pause()
  const near = createChannel({
    stream,
    log: silent,
    limits: { ...CHANNEL_LIMITS, waitingBytes: 1_000_000 },
  })
  let taken = 0
  while (taken < 1000 && near.post(TOPIC, Buffer.alloc(10_000))) taken++
  assert.ok(taken >= 90 && taken < 110, String(taken))
  assert.ok(near.waiting <= 1_100_000)
})

test('questions beyond the bound wait, and are answered when others have been', async (t) => {
  const [near, far] = await channelPair(t, { ...CHANNEL_LIMITS, questions: 2 })
  const release: (() => void)[] = []
  far.onAsk(TOPIC, async (payload) => {
    await new Promise<void>((resolve) => release.push(resolve))
    return payload
  })
  const answers = Array.from({ length: 10 }, (_, at) => near.ask(TOPIC, Uint8Array.of(at)))
  const releasing = setInterval(() => release.shift()?.(), 1)
  t.after(() => {
    clearInterval(releasing)
  })
  assert.deepEqual(
    (await Promise.all(answers)).map((answer) => answer[0]),
    [...answers.keys()],
  )
})

test('a frame that is longer than any may be ends the channel, and only that', async (t) => {
  const [stream, other] = await socketPair(t)
  const near = createChannel({ stream, log: silent })
  const lost = new Promise<void>((resolve) => {
    near.onLost(resolve)
  })
  other.write(Buffer.from([255, 255, 255, 255, 0, 0]))
  await lost
  assert.equal(near.open, false)
})

test('three workers find each other, by sockets that only their owner may open; one that starts anew is linked again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'visage-links-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  const open = (own: number) => openLinks({ own, workers: 3, folder, log: silent })
  const [second, first, third] = await Promise.all([open(2), open(1), open(3)])
  await Promise.all([first, second, third].map((links) => links.whenAll(5_000)))
  assert.equal(statSync(join(folder, 'worker-1.sock')).mode & 0o777, 0o600)
  const heard: string[] = []
  const heardFrom = (worker: number) =>
    new Promise<void>((resolve) => {
      first.onOpen((from, channel) => {
        channel.onPost(TOPIC, (payload) => {
          heard.push(`${from} ${payload.toString()}`)
          if (from === worker) resolve()
        })
      })
    })
  const fromThird = heardFrom(3)
  third.to(1)?.post(TOPIC, Buffer.from('hello'))
  await fromThird
  await second.close()
  const again = await open(2)
  await again.whenAll(5_000)
  const fromSecond = heardFrom(2)
  again.to(1)?.post(TOPIC, Buffer.from('back'))
  await fromSecond
  assert.deepEqual(heard, ['3 hello', '2 back'])
  await Promise.all([first, again, third].map((links) => links.close()))
})
