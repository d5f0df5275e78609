/** The two documents that contacts are kept in: one's lists and one's presence rules. RFC 4826 §3.4, RFC 5025 §9. */
import { parseRuleset } from '../core/documents/common-policy.ts'
import { parseResourceLists } from '../core/documents/resource-lists.ts'
import { RESOURCE_LISTS } from '../core/model/stored-lists.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { XcapUri } from '../core/uri/xcap-uri.ts'
import type { StoredLists } from './list-edits.ts'
import type { RuleDocuments } from './rule-places.ts'
import type { XcapClient } from './xcap-client.ts'
import { readStored } from './xcap-edit.ts'

/** Servers that keep the rules of OMA clients apart have them in the second. */
const RULES_USAGES = ['pres-rules', 'org.openmobilealliance.pres-rules'] as const

export function readContactLists(xcap: XcapClient, own: Aor): Promise<StoredLists> {
  return readStored(xcap, indexOf(RESOURCE_LISTS, own), parseResourceLists)
}

export async function readContactDocuments(xcap: XcapClient, own: Aor): Promise<RuleDocuments> {
  const [lists, rules] = await Promise.all([readContactLists(xcap, own), readRules(xcap, own)])
  return { lists, rules }
}

async function readRules(xcap: XcapClient, own: Aor): Promise<RuleDocuments['rules']> {
  const [usual, ofOma] = RULES_USAGES
  const first = await readStored(xcap, indexOf(usual, own), parseRuleset)
  if (first.value !== undefined) return first
  const second = await readStored(xcap, indexOf(ofOma, own), parseRuleset)
  return second.value === undefined ? first : second
}

/** Both have one document of this name for each user. RFC 4826 §3.4.7, RFC 5025 §9.7 */
function indexOf(auid: string, xui: Aor): XcapUri {
  return { auid, xui, path: ['index'] }
}
