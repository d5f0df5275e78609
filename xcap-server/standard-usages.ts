/** The standard application usages, each from its own file. */
import type { Domains } from '../core/model/domain.ts'
import type { AccountStore } from '../core/model/stores.ts'
import type { ApplicationUsage, Readers } from './application-usage.ts'
import { createDialogRulesUsage } from './application-usages/dialog-rules.ts'
import { createHeldIconUsage } from './application-usages/held-icon.ts'
import { createOmaPresRulesUsage } from './application-usages/oma-pres-rules.ts'
import { createOpenxcapDialogRulesUsage } from './application-usages/openxcap-dialog-rules.ts'
import { createPidfManipulationUsage } from './application-usages/pidf-manipulation.ts'
import { createPresContentUsage } from './application-usages/pres-content.ts'
import { createPresRulesUsage } from './application-usages/pres-rules.ts'
import { createPublicCardUsage } from './application-usages/public-card.ts'
import { createResourceListsUsage } from './application-usages/resource-lists.ts'
import { createRlsServicesUsage } from './application-usages/rls-services.ts'
import { createUserProfileUsage } from './application-usages/user-profile.ts'
import type { IconContents } from './icon-content.ts'
import type { IconRepresentations } from './icon-representations.ts'
import type { RlsServiceIndex } from './rls-service-index.ts'
import type { UsageParts } from './usage-parts.ts'

export interface StandardUsageParts extends UsageParts {
  readonly accounts: AccountStore
  readonly domains: Domains
  /** Path of the XCAP root. */
  readonly xcapRoot: string
  readonly index: RlsServiceIndex
  readonly contents: IconContents
  readonly representations: IconRepresentations
  /** Of icons. */
  readonly readers: Readers
  readonly maxIconDocumentBytes: number
  /** Whether icons of somebody wait for approval. */
  readonly iconApproval: boolean
  /** Whether people may have a public card. */
  readonly personPages: boolean
}

export function createStandardUsages(parts: StandardUsageParts): ApplicationUsage[] {
  return [
    createResourceListsUsage(parts),
    createRlsServicesUsage(parts),
    createPresRulesUsage(parts),
    createOmaPresRulesUsage(parts),
    createPidfManipulationUsage(parts),
    createPresContentUsage(parts),
    createUserProfileUsage(parts),
    createDialogRulesUsage(parts),
    createOpenxcapDialogRulesUsage(parts),
    ...(parts.iconApproval ? [createHeldIconUsage(parts)] : []),
    ...(parts.personPages ? [createPublicCardUsage(parts)] : []),
  ]
}
