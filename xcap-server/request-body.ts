/** Reads the body of a request, never more than was agreed to. RFC 9110 §8.6. */
import type { IncomingMessage } from 'node:http'
import { ContentTooLarge, RequestAborted, UnsupportedContentCoding } from './http-errors.ts'

const COMPRESSIONS = /^(?:x-)?(?:gzip|deflate|compress|br|zstd)$/i

/** Rejects with `ContentTooLarge`, `UnsupportedContentCoding` or `RequestAborted`. */
export async function readBody(message: IncomingMessage, limit: number): Promise<Uint8Array> {
  // DEVIATION: Jitsi says `Content-Encoding: UTF-8`; only a real compression stands in the way. RFC 9110 §8.4
  if (COMPRESSIONS.test(message.headers['content-encoding'] ?? '')) {
    throw new UnsupportedContentCoding()
  }
  // Refused on what the client announces, before a byte of it is read.
  if (Number(message.headers['content-length'] ?? 0) > limit) throw new ContentTooLarge(limit)
  return collect(message, limit)
}

function collect(message: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const finish = (settle: () => void) => {
      message.off('data', take).off('end', end).off('close', abort).off('error', abort)
      settle()
    }
    const take = (chunk: Uint8Array) => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= limit) return
      finish(() => {
        reject(new ContentTooLarge(limit))
      })
    }
    const end = () => {
      finish(() => {
        resolve(Buffer.concat(chunks, length))
      })
    }
    const abort = () => {
      finish(() => {
        reject(new RequestAborted())
      })
    }
    message.on('data', take).on('end', end).on('close', abort).on('error', abort)
  })
}
