/** Dialog rules documents: authorization policies for the dialog event package, whichever AUID they stand under. RFC 4745, RFC 4235 §3.7. */
import { AUTH_POLICY_MEDIA_TYPE } from '../../core/documents/common-policy.ts'
import type { Auid } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { createPolicyAcceptance } from '../authorization-policy.ts'
import { flatHome } from '../flat-home.ts'
import type { UsageParts } from '../usage-parts.ts'

const DIALOG_RULES_NAMESPACE = 'http://openxcap.org/ns/dialog-rules'

export function dialogRulesUsage(auid: Auid, parts: UsageParts): ApplicationUsage {
  return {
    ...flatHome(auid, parts.documents),
    defaultNamespace: DIALOG_RULES_NAMESPACE,
    mediaType: AUTH_POLICY_MEDIA_TYPE,
    // No schema of its actions was ever published; that of common policy lets them stand.
    namespaces: [],
    accept: createPolicyAcceptance(parts, DIALOG_RULES_NAMESPACE),
  }
}
