/** What an application usage lays down, in the order of the RFC's own checklist. RFC 4825 §5.1–5.7. */
import type { SourceDocument } from '../core/documents/source-document.ts'
import type { Auid, DocumentId, DocumentTree } from '../core/model/document-id.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { DocumentContent } from '../core/model/stores.ts'
import type { HeaderFields } from './reply.ts'

export interface ApplicationUsage {
  /** §5.1: under which its documents are stored. */
  readonly auid: Auid
  /** Every AUID that leads to it in a URI. */
  readonly names: readonly string[]
  /** §5.2. */
  readonly defaultNamespace: string
  /** §5.3: of its documents. */
  readonly mediaType: string
  /** §5.3: the namespaces whose schemas it holds. */
  readonly namespaces: readonly string[]
  /** §5.3: length of the longest document; absent: what the server is set to. */
  readonly maxBytes?: number
  /** §5.3: takes a document as a client wants it, whole or with a node changed, or throws what is wrong with it. Absent: clients only read. */
  readonly accept?: (upload: Upload) => MaybePromise<DocumentContent>
  /** §5.5: the document that a URI names; undefined: it would stand in a folder that does not exist. */
  readonly locate: (address: DocumentAddress) => DocumentId | undefined
  /** §5.5: the folders below a home in which documents stand, where `name` is the AUID in the URI; none: the home itself. */
  readonly folders: (name: string) => readonly string[]
  /** §5.5: how a stored document is reached: the inverse of `locate`, usually one address. */
  readonly addresses: (id: DocumentId) => readonly Omit<DocumentAddress, 'tree'>[]
  /** §5.6: what a URI gives, stored or computed from other documents; undefined: nothing. */
  readonly read: (
    id: DocumentId,
    address: DocumentAddress,
    accept: string | undefined,
  ) => MaybePromise<Representation | undefined>
  /** §5.6: writes whose documents exclude each other run one after the other, each from `accept` to the store. Absent: they need not. */
  readonly oneByOne?: <T>(write: () => Promise<T>) => Promise<T>
  /** §5.7: who reads the documents below a home. Only its owner writes there. */
  readonly readers: Readers
  /** §5.7: who reads the documents of the global tree, which nobody writes. Absent: everybody. */
  readonly globalReaders?: GlobalReaders
}

/** `watchers`: whoever the presence policy lets see the owner. */
export type Readers = 'everybody' | 'users' | 'watchers' | 'owner'

/** Trusted peers, as the operator names them. */
export type GlobalReaders = 'resource-list-servers'

export interface DocumentAddress {
  /** The AUID as the URI spells it. */
  readonly name: string
  readonly tree: DocumentTree
  /** Folders and name of the document, decoded. */
  readonly path: readonly string[]
}

export interface Upload {
  readonly address: DocumentAddress
  /** In lower case, without parameters. */
  readonly mediaType: string
  readonly body: Uint8Array
  /** The body as a tree, where it is known already: a node of it was changed. */
  readonly document?: SourceDocument
  /** What is stored and followed all rules before that node was changed. */
  readonly replaces?: SourceDocument
}

/** A form of a document, known before its bytes are at hand. RFC 9110 §3.2. */
export interface Representation {
  /** In quotes. */
  readonly etag: string
  /** ETag and everything else but Content-Length. */
  readonly headers: HeaderFields
  /** In bytes. */
  readonly size: number
  /** Undefined: the document was replaced since. */
  readonly body: () => MaybePromise<Uint8Array | undefined>
}
