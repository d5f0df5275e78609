/** Changes documents one node at a time, each change only where the document is still as it was read. RFC 4825 §7.11. */
import type { Reading } from '../core/documents/reading.ts'
import type { XmlElement } from '../core/documents/xml-element.ts'
import type { XcapUri } from '../core/uri/xcap-uri.ts'
import type { XcapClient, XcapContent } from './xcap-client.ts'
import { XcapError } from './xcap-error.ts'
import { readDocument } from './xml-reader.ts'

/** One PUT, or without content one DELETE. */
export interface XcapEdit {
  readonly document: StoredDocument<unknown>
  /** Steps behind the separator; absent: the whole document. */
  readonly node?: readonly string[]
  /** Bindings of the prefixes in the steps. */
  readonly query?: string
  readonly content?: XcapContent
}

export interface StoredDocument<T> {
  readonly uri: XcapUri
  /** Absent: there is no such document, or its server gives no tags. */
  readonly etag?: string
  /** Undefined: there is no such document. */
  readonly value: T | undefined
}

export async function readStored<T>(
  xcap: XcapClient,
  uri: XcapUri,
  parse: (root: XmlElement) => Reading<T>,
): Promise<StoredDocument<T>> {
  try {
    const { body, etag } = await xcap.get(uri)
    const reading = readDocument(new TextDecoder().decode(body), parse)
    if (reading.error !== undefined) {
      throw new Error(`${xcap.url(uri)} is unreadable: ${reading.detail}`)
    }
    return { uri, value: reading.value, ...(etag !== undefined && { etag }) }
  } catch (error) {
    if (error instanceof XcapError && error.status === 404) return { uri, value: undefined }
    throw error
  }
}

const MOST_EDITS = 200
const MOST_RETRIES = 10

/**
 * Reads, makes the one edit that comes next, and begins again until there is none; when somebody else was first, it
 * begins again too. Gives the edits that were made. Rejects as `XcapClient` does.
 */
export async function editUntilDone<D>(
  xcap: XcapClient,
  read: () => Promise<D>,
  next: (documents: D) => XcapEdit | undefined,
): Promise<readonly XcapEdit[]> {
  const made: XcapEdit[] = []
  for (let retries = 0; made.length < MOST_EDITS;) {
    const edit = next(await read())
    if (!edit) return made
    try {
      await send(xcap, edit)
      made.push(edit)
    } catch (error) {
      const tooLate = error instanceof XcapError && error.status === 412
      if (!tooLate || ++retries > MOST_RETRIES) throw error
    }
  }
  throw new Error('the server stores something else than it is sent')
}

function send(xcap: XcapClient, { document, node, query, content }: XcapEdit): Promise<unknown> {
  const uri = { ...document.uri, ...(node && { node }), ...(query !== undefined && { query }) }
  const { etag, value } = document
  const unchanged = etag === undefined ? {} : { ifMatch: etag }
  const conditions = value === undefined ? { ifNoneMatch: '*' } : unchanged
  return content ? xcap.put(uri, content, conditions) : xcap.delete(uri, conditions)
}
