/** Presence authorization rules. RFC 5025 §9. */
import { PRES_RULES_NAMESPACE } from '../../core/documents/pres-rules.ts'
import { INDEX_DOCUMENT, PRES_RULES } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import type { UsageParts } from '../usage-parts.ts'
import { presenceRulesUsage } from './presence-rules-documents.ts'

export function createPresRulesUsage(parts: UsageParts): ApplicationUsage {
  return presenceRulesUsage(
    {
      name: PRES_RULES,
      mainDocument: INDEX_DOCUMENT,
      // Not that of the root element, for which selectors need a prefix. RFC 5025 §9.3
      defaultNamespace: PRES_RULES_NAMESPACE,
    },
    parts,
  )
}
