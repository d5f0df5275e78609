/** Presence authorization rules under OMA's AUID. OMA Presence XDM. */
import { COMMON_POLICY_NAMESPACE } from '../../core/documents/common-policy-identity.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import type { UsageParts } from '../usage-parts.ts'
import { presenceRulesUsage } from './presence-rules-documents.ts'
import { OMA_PRES_RULES } from './presence-rules-names.ts'

export function createOmaPresRulesUsage(parts: UsageParts): ApplicationUsage {
  return presenceRulesUsage(
    {
      name: OMA_PRES_RULES,
      mainDocument: 'pres-rules',
      defaultNamespace: COMMON_POLICY_NAMESPACE,
    },
    parts,
  )
}
