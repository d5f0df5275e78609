/** sendmmsg(2) and recvmmsg(2): many datagrams with one system call, through koffi where it is installed. 64-bit Linux, little endian. */
import { endianness } from 'node:os'

export interface SystemCalls {
  /** How many of the messages were taken; negative: the error, as errno names it, of the first. */
  sendmmsg(fd: number, headers: Buffer, count: number): number
  /** How many messages came; negative: the error. Never waits. */
  recvmmsg(fd: number, headers: Buffer, count: number): number
  /** Where the octets lie; the buffer must have memory of its own, which stays for as long as it is held. */
  addressOf(buffer: Buffer): number
}

/** Of Linux, on all machines that are served here. */
export const EINTR = 4
export const EAGAIN = 11
export const ENOBUFS = 105

const MSG_DONTWAIT = 0x40
const MACHINES: readonly string[] = ['x64', 'arm64']

/** A string: why there are none. */
export async function loadSystemCalls(): Promise<SystemCalls | string> {
  const fits = process.platform === 'linux' && MACHINES.includes(process.arch)
  if (!fits || endianness() !== 'LE') return 'not on this system'
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load(null)
    const send = libc.func('int sendmmsg(int, void *, unsigned int, int)') as unknown as Send
    const receive = libc.func(
      'int recvmmsg(int, void *, unsigned int, int, void *)',
    ) as never as Get
    const outcome = (count: number) => (count < 0 ? -koffi.errno() : count)
    return {
      sendmmsg: (fd, headers, count) => outcome(send(fd, headers, count, MSG_DONTWAIT)),
      recvmmsg: (fd, headers, count) => outcome(receive(fd, headers, count, MSG_DONTWAIT, null)),
      addressOf: (buffer) => Number(koffi.address(buffer)),
    }
  } catch (error) {
    return String(error)
  }
}

type Send = (fd: number, headers: Buffer, count: number, flags: number) => number
type Get = (...parameters: [...Parameters<Send>, timeout: null]) => number
