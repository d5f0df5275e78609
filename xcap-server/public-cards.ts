/** Who has a public card: people who stored that they want one, where the operator lets them. */
import { INDEX_DOCUMENT, PUBLIC_CARD } from '../core/model/document-id.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { DocumentStore } from '../core/model/stores.ts'
import type { DocumentOwner } from './document-owner.ts'

export type HasPublicCard = (person: DocumentOwner) => MaybePromise<boolean>

export function createPublicCards({
  documents,
  icons: { personPages },
}: {
  documents: Pick<DocumentStore, 'metadata'>
  icons: { readonly personPages: 'off' | 'opt-in' }
}): HasPublicCard {
  if (personPages === 'off') return () => false
  return ({ aor, account, domain }) => {
    // Documents outlive the account that they were stored by.
    if (!account && !domain.externalAccounts) return false
    const wish = documents.metadata({ auid: PUBLIC_CARD, tree: aor, path: INDEX_DOCUMENT })
    return whenReady(wish, (stored) => stored !== undefined)
  }
}
