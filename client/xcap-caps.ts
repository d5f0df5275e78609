/** What an XCAP server can do: its application usages and namespaces. RFC 4825 §12. */
import { parseXcapCaps, XCAP_CAPS_MEDIA_TYPE, type XcapCaps } from '../core/documents/xcap-caps.ts'
import type { Abortable } from './abortable.ts'
import type { XcapClient } from './xcap-client.ts'
import { readDocument } from './xml-reader.ts'

/** Rejects as `XcapClient` does, and when the document cannot be read. */
export async function getXcapCaps(xcap: XcapClient, { signal }: Abortable = {}): Promise<XcapCaps> {
  const { body } = await xcap.get(
    { auid: 'xcap-caps', path: ['index'] },
    { accept: XCAP_CAPS_MEDIA_TYPE, signal },
  )
  const caps = readDocument(new TextDecoder().decode(body), parseXcapCaps)
  if (caps.error !== undefined)
    throw new Error(`the server's xcap-caps is unreadable: ${caps.detail}`)
  return caps.value
}
