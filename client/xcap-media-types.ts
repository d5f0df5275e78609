/** The type that a document of an application usage has, and a node of it. RFC 4825 §5.4, §7.4, §7.7. */
import { AUTH_POLICY_MEDIA_TYPE } from '../core/documents/common-policy.ts'
import { PRES_CONTENT_MEDIA_TYPE } from '../core/documents/pres-content.ts'
import { RESOURCE_LISTS_MEDIA_TYPE } from '../core/documents/resource-lists.ts'
import { XCAP_CAPS_MEDIA_TYPE } from '../core/documents/xcap-caps.ts'
import { XCAP_DIRECTORY_MEDIA_TYPE } from '../core/documents/xcap-directory.ts'
import type { XcapUri } from '../core/uri/xcap-uri.ts'

export const XCAP_ELEMENT_MEDIA_TYPE = 'application/xcap-el+xml'
const XCAP_ATTRIBUTE_MEDIA_TYPE = 'application/xcap-att+xml'
const XCAP_NAMESPACES_MEDIA_TYPE = 'application/xcap-ns+xml'

const OF_USAGE: Partial<Record<string, string>> = {
  'xcap-caps': XCAP_CAPS_MEDIA_TYPE,
  'resource-lists': RESOURCE_LISTS_MEDIA_TYPE,
  'rls-services': 'application/rls-services+xml',
  'pres-rules': AUTH_POLICY_MEDIA_TYPE,
  'org.openmobilealliance.pres-rules': AUTH_POLICY_MEDIA_TYPE,
  'pidf-manipulation': 'application/pidf+xml',
  'oma_status-icon': PRES_CONTENT_MEDIA_TYPE,
  'org.openmobilealliance.pres-content': PRES_CONTENT_MEDIA_TYPE,
  'org.openmobilealliance.xcap-directory': XCAP_DIRECTORY_MEDIA_TYPE,
  'org.openmobilealliance.user-profile': 'application/vnd.oma.user-profile+xml',
  'dialog-rules': AUTH_POLICY_MEDIA_TYPE,
  'org.openxcap.dialog-rules': AUTH_POLICY_MEDIA_TYPE,
  'org.visage.public-card': 'application/vnd.visage.public-card+xml',
  'test-app': 'application/test-app+xml',
}

/** Undefined: a document of a usage that is not known here. */
export function xcapMediaType({ auid, node }: XcapUri): string | undefined {
  const last = node?.at(-1)
  if (last === undefined) return OF_USAGE[auid]
  if (last.startsWith('@')) return XCAP_ATTRIBUTE_MEDIA_TYPE
  return last === 'namespace::*' ? XCAP_NAMESPACES_MEDIA_TYPE : XCAP_ELEMENT_MEDIA_TYPE
}
