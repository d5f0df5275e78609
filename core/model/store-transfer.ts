/** Store transfer: what the other interfaces of a store do not let through, out of one store and into another, exactly as it is. */
import type { DocumentId } from './document-id.ts'
import type { EntityTag } from './entity-tag.ts'
import type { OpenedStore } from './opened-store.ts'
import type { DocumentContent, SecretStore } from './stores.ts'

/** Which version of a document it is. */
export interface DocumentVersion {
  /** The clients' caches know the document by it. */
  readonly tag: EntityTag
  /** Milliseconds since the epoch. */
  readonly storedAt: number
  readonly sequence: number
}

export interface TransferredDocument {
  readonly id: DocumentId
  readonly version: DocumentVersion
  readonly content: DocumentContent
}

export type SecretName = Parameters<SecretStore['secret']>[0]

export interface StoreTransfer {
  /** Every document of every tree; what cannot be read is logged and left out. */
  documents(): AsyncIterable<TransferredDocument>
  /** How many there are. */
  countDocuments(): Promise<number>
  /**
   * Stores a document with the tag, time and number that it had elsewhere, whatever was there.
   * Numbers that are given afterwards are higher.
   */
  takeDocument(document: TransferredDocument): Promise<void>
  /** `other`: there is another one already, which stays. */
  takeSecret(name: SecretName, bytes: Uint8Array): Promise<'stored' | 'present' | 'other'>
}

export interface TransferableStore extends OpenedStore {
  readonly transfer: StoreTransfer
}
