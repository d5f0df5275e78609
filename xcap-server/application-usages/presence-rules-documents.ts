/** Presence rules documents: one set for a presentity, whichever AUID and name a client writes them under. RFC 5025 §9, OMA Presence XDM. */
import { AUTH_POLICY_MEDIA_TYPE } from '../../core/documents/common-policy.ts'
import { INDEX_DOCUMENT, PRES_RULES } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { createPolicyAcceptance } from '../authorization-policy.ts'
import { flatHome } from '../flat-home.ts'
import type { UsageParts } from '../usage-parts.ts'
import { rulesPath } from './presence-rules-names.ts'

export interface PresenceRulesName {
  /** The AUID in the URI. */
  readonly name: string
  /** What its standard calls the main document. */
  readonly mainDocument: string
  readonly defaultNamespace: string
}

export function presenceRulesUsage(
  { name, mainDocument, defaultNamespace }: PresenceRulesName,
  parts: UsageParts,
): ApplicationUsage {
  const home = flatHome(PRES_RULES, parts.documents)
  return {
    ...home,
    names: [name],
    defaultNamespace,
    mediaType: AUTH_POLICY_MEDIA_TYPE,
    namespaces: [defaultNamespace],
    accept: createPolicyAcceptance(parts, defaultNamespace),
    locate: (address) => {
      const id = home.locate(address)
      return id && { ...id, path: rulesPath(id.path) }
    },
    addresses: ({ path }) => [{ name, path: [path === INDEX_DOCUMENT ? mainDocument : path] }],
  }
}
