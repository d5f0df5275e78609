/** An array of struct mmsghdr and what it points to, as sendmmsg(2) and recvmmsg(2) take it on 64-bit Linux. */
import { NAME_BYTES } from './socket-address.ts'
import type { SystemCalls } from './system-calls.ts'

/** Of the structures, in words of 32 bits. */
const HEADER_WORDS = 16
const NAME_AT = 0
const NAME_LENGTH_AT = 2
const VECTOR_AT = 4
const VECTOR_COUNT_AT = 6
const FLAGS_AT = 12
const LENGTH_AT = 14
const VECTOR_WORDS = 4

const MSG_TRUNC = 0x20
const WORD = 2 ** 32

/** Its memory stays where it is: the system is given addresses. */
export class MessageVector {
  /** What the messages hold. */
  readonly octets: Buffer
  /** Their peers: a struct sockaddr each, NAME_BYTES apart. */
  readonly names: Buffer
  readonly headers: Buffer
  readonly #base: number
  readonly #header: Uint32Array
  readonly #vector: Uint32Array

  /** Room for `count` messages, of `size` octets together. */
  constructor(system: SystemCalls, count: number, size: number) {
    // Not of Node's shared pool, nor on the JavaScript heap, where small arrays may move.
    this.octets = Buffer.from(new ArrayBuffer(size))
    this.names = Buffer.from(new ArrayBuffer(count * NAME_BYTES))
    this.#header = new Uint32Array(count * HEADER_WORDS)
    this.#vector = new Uint32Array(count * VECTOR_WORDS)
    this.headers = Buffer.from(this.#header.buffer)
    this.#base = system.addressOf(this.octets)
    const names = system.addressOf(this.names)
    const vectors = system.addressOf(Buffer.from(this.#vector.buffer))
    for (let at = 0; at < count; at++) {
      const header = at * HEADER_WORDS
      setAddress(this.#header, header + NAME_AT, names + at * NAME_BYTES)
      setAddress(this.#header, header + VECTOR_AT, vectors + at * VECTOR_WORDS * 4)
      this.#header[header + VECTOR_COUNT_AT] = 1
    }
  }

  /** Where in `octets` the message lies. */
  place(message: number, start: number, length: number): void {
    const vector = message * VECTOR_WORDS
    setAddress(this.#vector, vector, this.#base + start)
    this.#vector[vector + 2] = length
  }

  /** Of the peer's address. */
  setNameLength(message: number, length: number): void {
    this.#header[message * HEADER_WORDS + NAME_LENGTH_AT] = length
  }

  setName(message: number, name: Uint8Array): void {
    this.names.set(name, message * NAME_BYTES)
    this.setNameLength(message, name.length)
  }

  /** Octets that have come; -1: there were more, and they are lost. */
  received(message: number): number {
    const header = message * HEADER_WORDS
    if ((this.#header[header + FLAGS_AT] ?? 0) & MSG_TRUNC) return -1
    return this.#header[header + LENGTH_AT] ?? 0
  }

  /** The headers from the message on. */
  headersFrom(message: number): Buffer {
    return message === 0 ? this.headers : this.headers.subarray(message * HEADER_WORDS * 4)
  }
}

function setAddress(words: Uint32Array, at: number, address: number): void {
  words[at] = address % WORD
  words[at + 1] = Math.floor(address / WORD)
}
