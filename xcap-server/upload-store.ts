/** Stores a document as its usage takes it: the rules first, then the write. RFC 4825 §8.2.5. */
import type { DocumentId } from '../core/model/document-id.ts'
import type { Preconditions } from '../core/model/preconditions.ts'
import type { Allowance, DocumentStore, WriteOutcome } from '../core/model/stores.ts'
import type { Upload } from './application-usage.ts'
import type { WritableDocument } from './writable-document.ts'

/** Rejects with the conflict that the usage finds. */
export type StoreUpload = (
  target: WritableDocument & { readonly id: DocumentId },
  upload: Omit<Upload, 'address'>,
  conditions: Preconditions,
) => Promise<WriteOutcome>

export function createUploadStore({
  documents,
  allowance,
}: {
  documents: DocumentStore
  allowance: Allowance
}): StoreUpload {
  return async ({ id, usage, address, accept }, upload, conditions) => {
    const write = async () => {
      const content = await accept({ ...upload, address })
      return documents.put(id, content, conditions, allowance)
    }
    // Nothing that documents exclude each other by may change between the check and the write.
    return usage.oneByOne ? usage.oneByOne(write) : write()
  }
}
