/** Batched system calls as the system answers them: in part, not now, never. sendmmsg(2), recvmmsg(2). */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { createBatchedReceiving } from '../../core/sip/datagrams/batched-receiving.ts'
import { createBatchedSending } from '../../core/sip/datagrams/batched-sending.ts'
import { descriptorOf } from '../../core/sip/datagrams/descriptor.ts'
import { addressText, portOf, socketAddress } from '../../core/sip/datagrams/socket-address.ts'
import { EAGAIN, EINTR, type SystemCalls } from '../../core/sip/datagrams/system-calls.ts'

/** Answers of sendmmsg, one after the other; counts what it is given. */
function sendingSystem(answers: number[]) {
  const asked: number[] = []
  const system: SystemCalls = {
    sendmmsg(_fd, _headers, count) {
      asked.push(count)
      return answers.shift() ?? count
    },
    recvmmsg: () => -EAGAIN,
    addressOf: () => 2 ** 40 + 8,
  }
  return { system, asked }
}

function sending(answers: number[]) {
  const { system, asked } = sendingSystem(answers)
  const full: string[] = []
  const refused: string[] = []
  const batch = createBatchedSending<string>({
    ...{ system, fd: 3 },
    onFull: (octets, peer) => full.push(`${peer} ${octets.toString()}`),
    onRefused: (error, peer) => refused.push(`${peer} ${error}`),
  })
  const name = socketAddress('127.0.0.1', 5060) ?? new Uint8Array()
  const add = (...peers: string[]) => {
    for (const peer of peers) batch.add(Buffer.from(`to ${peer}`), peer, name)
  }
  return { batch, add, asked, full, refused }
}

test('sendmmsg that takes some is given the others again', () => {
  const { batch, add, asked, full, refused } = sending([2, -EINTR, 1])
  add('a', 'b', 'c', 'd')
  batch.flush()
  assert.deepEqual(asked, [4, 2, 2, 1])
  assert.deepEqual([full, refused], [[], []])
  batch.flush()
  assert.equal(asked.length, 4)
})

test('what finds the buffer full comes back in order, with its octets', () => {
  const { batch, add, asked, full } = sending([1, -EAGAIN])
  add('a', 'b', 'c')
  batch.flush()
  assert.deepEqual(full, ['b to b', 'c to c'])
  assert.deepEqual(asked, [3, 2])
})

test('a datagram that is refused costs no other', () => {
  const EPERM = 1
  const { batch, add, asked, refused } = sending([1, -EPERM])
  add('a', 'b', 'c')
  batch.flush()
  assert.deepEqual(refused, [`b ${EPERM}`])
  assert.deepEqual(asked, [3, 2, 1])
})

test('a batch that is full leaves at once', () => {
  const { add, asked } = sending([])
  add(...Array.from({ length: 300 }, (_, number) => String(number)))
  assert.deepEqual(asked, [256])
})

test('a datagram that was cut is not taken, nor more than a turn may hold', async () => {
  const MSG_TRUNC = 0x20
  const counts: number[] = []
  const system: SystemCalls = {
    sendmmsg: () => 0,
    recvmmsg(_fd, headers, count) {
      counts.push(count)
      for (let message = 0; message < count; message++) {
        headers.writeUInt32LE(message === 1 ? MSG_TRUNC : 0, message * 64 + 48)
        headers.writeUInt32LE(5, message * 64 + 56)
      }
      return count
    },
    addressOf: () => 2 ** 40,
  }
  let taken = 0
  const receiving = createBatchedReceiving({ system, fd: 3, take: () => taken++ })
  receiving.drain()
  receiving.drain()
  assert.deepEqual(counts, [64, 64])
  assert.equal(taken, 126)
  // In the next turn it goes on.
  await new Promise((resolve) => setImmediate(resolve))
  receiving.drain()
  assert.equal(counts.length, 4)
})

for (const address of ['127.0.0.1', '::1', '2001:db8::10:0:1', 'fe80::1', '::']) {
  test(`struct sockaddr holds ${address}`, () => {
    const name = socketAddress(address, 40_123) ?? new Uint8Array()
    const names = Buffer.concat([Buffer.alloc(32), name, Buffer.alloc(32)])
    assert.equal(addressText(names, 32), address)
    assert.equal(portOf(names, 32), 40_123)
  })
}

test('what is no address, or one with its network interface, is left to the system', () => {
  assert.equal(socketAddress('127.0.0.256', 5060), undefined)
  assert.equal(socketAddress('fe80::1%lo', 5060), undefined)
})

test('a socket that is bound has a number, one that is closed has none', async () => {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  assert.ok((descriptorOf(socket) ?? -1) > 2)
  await new Promise<void>((resolve) => socket.close(resolve))
  assert.equal(descriptorOf(socket), undefined)
})
