/** Which document a row is of: presence rules have two names here. RFC 5025 §9, OMA-TS-Presence_SIMPLE_XDM §5.1 */
import { PRES_RULES } from '../../core/model/document-id.ts'
import {
  OMA_PRES_RULES,
  rulesPath,
} from '../../xcap-server/application-usages/presence-rules-names.ts'
import type { DocumentRow } from './document-rows.ts'

/** The same for two rows of one person that are one document. */
export function documentName({ auid, path }: Pick<DocumentRow, 'auid' | 'path'>): string {
  const isRules = auid === PRES_RULES || auid === OMA_PRES_RULES
  return isRules ? `${PRES_RULES}/${rulesPath(path.join('/'))}` : [auid, ...path].join('/')
}
