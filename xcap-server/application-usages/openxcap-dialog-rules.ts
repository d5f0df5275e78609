/** Who may watch a person's calls, under the AUID that Blink uses: documents of their own. OpenXCAP. */
import { auid } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import type { UsageParts } from '../usage-parts.ts'
import { dialogRulesUsage } from './dialog-rules-documents.ts'

export function createOpenxcapDialogRulesUsage(parts: UsageParts): ApplicationUsage {
  return dialogRulesUsage(auid('org.openxcap.dialog-rules'), parts)
}
