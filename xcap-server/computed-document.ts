/** Documents that are computed from others each time, and written by nobody. RFC 4825 §5.6. */
import { createHash } from 'node:crypto'
import type { Representation } from './application-usage.ts'
import { clientWritten } from './stored-document.ts'

/** The same content carries the same tag. */
export function computedDocument(content: string | Buffer, mediaType: string): Representation {
  const bytes = Buffer.from(content)
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
  return {
    etag,
    headers: clientWritten(mediaType, etag),
    size: bytes.length,
    body: () => bytes,
  }
}
