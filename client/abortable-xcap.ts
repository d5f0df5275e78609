/** An XCAP client whose requests end with a signal, for those who make several of them. */
import type { Abortable } from './abortable.ts'
import type { XcapClient } from './xcap-client.ts'

export function abortableXcap(xcap: XcapClient, { signal }: Abortable = {}): XcapClient {
  if (!signal) return xcap
  return {
    root: xcap.root,
    url: (uri) => xcap.url(uri),
    get: (uri, options) => xcap.get(uri, { ...options, signal }),
    put: (uri, content, conditions) => xcap.put(uri, content, { ...conditions, signal }),
    delete: (uri, conditions) => xcap.delete(uri, { ...conditions, signal }),
  }
}
