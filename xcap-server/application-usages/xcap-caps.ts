/** XCAP capabilities: which usages and namespaces the server knows. RFC 4825 §12. */
import {
  serializeXcapCaps,
  XCAP_CAPS_MEDIA_TYPE,
  XCAP_CAPS_NAMESPACE,
} from '../../core/documents/xcap-caps.ts'
import { auid } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { computedDocument } from '../computed-document.ts'

const AUID = auid('xcap-caps')
const NAME = 'index'

/** `others`: every usage but this one. `schemas`: namespaces whose schemas are held beside those of the usages. */
export function createXcapCapsUsage(
  others: readonly Pick<ApplicationUsage, 'names' | 'namespaces'>[],
  schemas: readonly string[],
): ApplicationUsage {
  const usage = { names: [AUID], namespaces: [XCAP_CAPS_NAMESPACE] }
  const all = [usage, ...others]
  const document = serializeXcapCaps({
    auids: all.flatMap(({ names }) => names),
    extensions: [],
    unknown: [],
    namespaces: [...new Set([...all.flatMap(({ namespaces }) => namespaces), ...schemas])],
  })
  const representation = computedDocument(document, XCAP_CAPS_MEDIA_TYPE)
  return {
    ...usage,
    auid: AUID,
    defaultNamespace: XCAP_CAPS_NAMESPACE,
    mediaType: XCAP_CAPS_MEDIA_TYPE,
    folders: () => [],
    // Global, and never in the tree of a user. RFC 4825 §12.7
    locate: ({ tree, path }) =>
      tree === 'global' && path.join('/') === NAME ? { auid: AUID, tree, path: NAME } : undefined,
    addresses: () => [{ name: AUID, path: [NAME] }],
    read: () => representation,
    readers: 'everybody',
  }
}
