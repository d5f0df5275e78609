/** The system calls of the batched load, through koffi. Only on 64-bit Linux, little endian: structures are laid out here by hand. */
import { endianness } from 'node:os'

/** Each answers as the system does: a negative number is an error. */
export interface SystemCalls {
  readonly socket: (family: number, type: number, protocol: number) => number
  readonly setsockopt: (
    ...args: [fd: number, level: number, option: number, value: Buffer, length: number]
  ) => number
  readonly bind: (fd: number, address: Buffer, length: number) => number
  readonly connect: (fd: number, address: Buffer, length: number) => number
  readonly getsockname: (fd: number, address: Buffer, length: Buffer) => number
  readonly close: (fd: number) => number
  readonly ppoll: (fds: Buffer, count: number, timeout: Buffer, signals: null) => number
  readonly recvmmsg: (
    ...args: [fd: number, messages: Buffer, count: number, flags: number, timeout: null]
  ) => number
  readonly sendmmsg: (fd: number, messages: Buffer, count: number, flags: number) => number
  /** Where the buffer's bytes lie; it must not be one of Node's shared pool. */
  readonly address: (buffer: Buffer) => bigint
}

/** Undefined: this system has no such calls. */
export async function loadSystemCalls(): Promise<SystemCalls | undefined> {
  const fits = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
  if (!fits || endianness() !== 'LE') return undefined
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load(null)
    const declared = (definition: string) => libc.func(definition) as never
    return {
      socket: declared('int socket(int, int, int)'),
      setsockopt: declared('int setsockopt(int, int, int, void *, uint32_t)'),
      bind: declared('int bind(int, void *, uint32_t)'),
      connect: declared('int connect(int, void *, uint32_t)'),
      getsockname: declared('int getsockname(int, void *, void *)'),
      close: declared('int close(int)'),
      ppoll: declared('int ppoll(void *, unsigned long, void *, void *)'),
      recvmmsg: declared('int recvmmsg(int, void *, unsigned int, int, void *)'),
      sendmmsg: declared('int sendmmsg(int, void *, unsigned int, int)'),
      address: (buffer) => koffi.address(buffer),
    }
  } catch {
    return undefined
  }
}
