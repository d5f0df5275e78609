/** Documents of rules, whatever the rules are about: what must hold of all of them. RFC 4745. */
import { AUTH_POLICY_MEDIA_TYPE } from '../core/documents/common-policy.ts'
import { COMMON_POLICY_NAMESPACE } from '../core/documents/common-policy-identity.ts'
import type { ApplicationUsage } from './application-usage.ts'
import { createDocumentAcceptance } from './document-validation.ts'
import { checkUniqueness, type UniqueAttribute } from './uniqueness.ts'
import type { UsageParts } from './usage-parts.ts'

// RFC 4745 §13: the id of a rule is an XML ID.
const UNIQUE: readonly UniqueAttribute[] = [
  { namespace: COMMON_POLICY_NAMESPACE, element: 'rule', attribute: 'id', free: true },
]

/** `defaultNamespace`: of the usage, which the selectors in its error reports need. */
export function createPolicyAcceptance(
  { schema, xmlLimits }: Pick<UsageParts, 'schema' | 'xmlLimits'>,
  defaultNamespace: string,
): NonNullable<ApplicationUsage['accept']> {
  return createDocumentAcceptance({
    mediaType: AUTH_POLICY_MEDIA_TYPE,
    root: { namespace: COMMON_POLICY_NAMESPACE, name: 'ruleset' },
    schema,
    check: (root) => {
      checkUniqueness(root, UNIQUE, defaultNamespace)
    },
    xmlLimits,
  })
}
