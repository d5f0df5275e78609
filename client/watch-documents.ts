/** Watches XCAP documents: hears that one has changed, whoever changed it. RFC 5875, RFC 5874. */
import { serializeResourceLists } from '../core/documents/resource-lists.ts'
import { XCAP_DIFF_MEDIA_TYPE, XCAP_DIFF_NAMESPACE } from '../core/documents/xcap-diff.ts'
import { attributeOf, elementsOf, isNamed, type XmlElement } from '../core/documents/xml-element.ts'
import type { NotifyBody } from './subscribe-dialog.ts'
import type { WatchedPresentity } from './watch-presence.ts'
import type { Watch, WatchSink } from './watch.ts'
import { watchSubscription, type WatchedSubscription } from './watched-subscription.ts'
import { readDocument } from './xml-reader.ts'

export interface DocumentNotification {
  /** When it arrived. ISO 8601. */
  readonly time: string
  /** Below the XCAP root, as `resource-lists/users/sip:alice@example.com/index`. */
  readonly document: string
  /** Null: it is gone. */
  readonly etag: string | null
}

export type DocumentWatch = Watch<DocumentNotification>

export function watchDocuments(
  parts: WatchedPresentity & { readonly documents: readonly string[] },
  sink: WatchSink<DocumentNotification>,
): WatchedSubscription {
  const { clock, documents } = parts
  const event = {
    package: 'xcap-diff',
    accept: XCAP_DIFF_MEDIA_TYPE,
    resources: flatList(documents),
  }

  function read(body: NotifyBody | undefined): readonly DocumentNotification[] {
    const reading = body && readDocument(body.text, (root) => ({ value: documentsIn(root) }))
    if (!reading || reading.error !== undefined) return []
    const time = new Date(clock.now()).toISOString()
    return reading.value.map((one) => ({ time, ...one }))
  }

  return watchSubscription<DocumentNotification>(
    {
      ...parts,
      event,
      what: 'the documents cannot be watched',
      read: (_state, body) => ({ notifications: read(body) }),
    },
    sink,
  )
}

/** RFC 5875 §4.4 */
function flatList(documents: readonly string[]): string {
  const members = documents.map((uri) => ({
    kind: 'entry' as const,
    uri,
    attributes: [],
    extensions: [],
  }))
  return serializeResourceLists([{ kind: 'list', members, attributes: [], extensions: [] }])
}

/** What became of elements and attributes is not asked for, and so not read. */
function documentsIn(root: XmlElement): Omit<DocumentNotification, 'time'>[] {
  return elementsOf(root)
    .filter((child) => isNamed(child, XCAP_DIFF_NAMESPACE, 'document'))
    .flatMap((child) => {
      const document = attributeOf(child, 'sel')
      const etag = attributeOf(child, 'new-etag') ?? null
      return document === undefined ? [] : [{ document, etag }]
    })
}
