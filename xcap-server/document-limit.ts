/** The document store with a bound on how many documents one user may have. RFC 4825 §8.2.5. */
import type { DocumentStore } from '../core/model/stores.ts'
import { ConstraintFailure } from './conflicts.ts'

/** Its `put` rejects with `ConstraintFailure` where one document more would be too many; replacing one never is. */
export function limitDocuments({
  documents,
  documentsPerUser,
}: {
  documents: DocumentStore
  documentsPerUser: number
}): DocumentStore {
  return {
    ...documents,
    put: async (id, content, conditions) => {
      // Requests side by side may pass together: this bounds what piles up and is no exact quota.
      if (!(await documents.metadata(id))) {
        const present = await documents.count(id.tree, documentsPerUser)
        if (present >= documentsPerUser) {
          throw new ConstraintFailure(`Nobody may have more than ${documentsPerUser} documents.`)
        }
      }
      return documents.put(id, content, conditions)
    },
  }
}
