/** What clients call a person's presence rules: AUIDs and documents that are one here. RFC 5025 §9, OMA Presence XDM. */
import { INDEX_DOCUMENT } from '../../core/model/document-id.ts'

export const OMA_PRES_RULES = 'org.openmobilealliance.pres-rules'

/** RFC 5025 and Blink, Jitsi, OMA, and whoever used OpenXCAP, which keeps all under one name. */
const MAIN_NAMES = [INDEX_DOCUMENT, 'presrules', 'pres-rules', 'index.xml']

/** The name that a document has here. */
export function rulesPath(name: string): string {
  return MAIN_NAMES.includes(name) ? INDEX_DOCUMENT : name
}
