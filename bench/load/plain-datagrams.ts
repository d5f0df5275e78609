/** The load's UDP sockets by node:dgram, a system call for each datagram. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { BUFFER_BYTES, type Datagrams, type Receive } from './datagrams.ts'

export async function openPlainDatagrams(
  server: number,
  count: number,
  receive: Receive,
): Promise<Datagrams> {
  const sockets = await Promise.all(Array.from({ length: count }, () => connected(server)))
  sockets.forEach((socket, number) => {
    socket.on('message', (bytes) => {
      receive(number, bytes.toString('latin1'))
    })
  })
  return {
    port: (number) => sockets[number]!.address().port,
    send(number, text) {
      sockets[number]!.send(Buffer.from(text, 'latin1'))
    },
    close() {
      for (const socket of sockets) socket.close()
    },
  }
}

async function connected(port: number): Promise<Socket> {
  const sizes = { recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES }
  const socket = createSocket({ type: 'udp4', ...sizes })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
