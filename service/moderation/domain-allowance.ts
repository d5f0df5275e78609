/** What people of a domain may store, where their domain says something else than everybody's limits. */
import type { Domains } from '../../core/model/domain.ts'
import type { Allowance, DocumentStore } from '../../core/model/stores.ts'

/** The operator, who writes without an allowance, goes on without one. */
export function withDomainAllowance(
  documents: DocumentStore,
  domains: Pick<Domains, 'of'>,
): DocumentStore {
  return {
    ...documents,
    async put(id, content, conditions, usual) {
      const quota = id.tree === 'global' ? undefined : domains.of(id.tree)?.quota
      if (!quota || !usual) return documents.put(id, content, conditions, usual)
      const allowance: Allowance = {
        documents: quota.documentsPerUser ?? usual.documents,
        bytes: quota.bytesPerUser ?? usual.bytes,
      }
      const outcome = await documents.put(id, content, conditions, allowance)
      const isTheirs = outcome.outcome === 'no-room' && !outcome.ofDomain
      return isTheirs ? { ...outcome, allowance } : outcome
    },
  }
}
