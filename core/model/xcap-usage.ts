/** What of an XCAP application usage the other servers need to know, to speak of its documents. RFC 4825 §5. */
import type { Auid, DocumentId, DocumentTree } from './document-id.ts'

export interface XcapUsage {
  /** §5.1: under which its documents are stored. */
  readonly auid: Auid
  /** §5.2. */
  readonly defaultNamespace: string
  /** §5.5: the document that a URI names; undefined: none can stand there. */
  readonly locate: (address: XcapAddress) => DocumentId | undefined
  /** §5.5: how a stored document is reached. */
  readonly addresses: (id: DocumentId) => readonly Omit<XcapAddress, 'tree'>[]
  /** §5.7: who reads the documents below a home. */
  readonly readers: 'everybody' | 'users' | 'watchers' | 'owner'
  /** §5.7: present: not everybody reads the global documents. */
  readonly globalReaders?: 'resource-list-servers'
}

interface XcapAddress {
  /** The AUID as the URI spells it. */
  readonly name: string
  readonly tree: DocumentTree
  /** Folders and name of the document, decoded. */
  readonly path: readonly string[]
}

/** By every AUID that leads to them. */
export type XcapUsages = ReadonlyMap<string, XcapUsage>
