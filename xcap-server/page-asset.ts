/** One file of the page in all the codings that it was built in, ready to be sent. RFC 9110 §8.4, §12.1. */
import { createHash } from 'node:crypto'
import type { Representation } from './application-usage.ts'
import { preferredCoding, type ContentCoding } from './content-coding.ts'
import type { HeaderFields } from './reply.ts'

export interface PageAsset {
  /** What a client gets that says this in Accept-Encoding. */
  represent(acceptEncoding: string | undefined): Representation
}

/** `codings`: the content again, the favourite first; none where it is not worth it. */
export function createPageAsset({
  content,
  codings,
  headers,
}: {
  content: Uint8Array
  codings: ReadonlyMap<ContentCoding, Uint8Array>
  headers: HeaderFields
}): PageAsset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 32)
  const common = codings.size > 0 ? { ...headers, Vary: 'Accept-Encoding' } : headers
  const plain = represent(content, { ...common, ETag: `"${hash}"` })
  const coded = new Map(
    [...codings].map(([coding, bytes]) => {
      // Other bytes, so another tag. RFC 9110 §8.8.3.3
      const own = { ...common, 'Content-Encoding': coding, ETag: `"${hash}-${coding}"` }
      return [coding, represent(bytes, own)]
    }),
  )
  const offered = [...codings.keys()]
  return {
    represent: (acceptEncoding) => {
      const coding = preferredCoding(acceptEncoding, offered)
      return (coding && coded.get(coding)) ?? plain
    },
  }
}

function represent(
  bytes: Uint8Array,
  headers: HeaderFields & { readonly ETag: string },
): Representation {
  return { etag: headers.ETag, headers, size: bytes.length, body: () => bytes }
}
