/** Who may watch a person's calls. OpenXCAP's dialog rules on RFC 4745. */
import { auid } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import type { UsageParts } from '../usage-parts.ts'
import { dialogRulesUsage } from './dialog-rules-documents.ts'

export function createDialogRulesUsage(parts: UsageParts): ApplicationUsage {
  return dialogRulesUsage(auid('dialog-rules'), parts)
}
