/** Everything below the XCAP root: documents and what is in them. RFC 4825 §6–8. */
import type { Allowance, DocumentStore } from '../core/model/stores.ts'
import { createAllowedMethods } from './allowed-methods.ts'
import type { ApplicationUsage } from './application-usage.ts'
import type { AuthorizeRead, AuthorizeWrite } from './authorization.ts'
import { createDocumentLocator } from './document-locator.ts'
import type { FindOwner } from './document-owner.ts'
import { createDocumentReads } from './document-reads.ts'
import type { DocumentTrees } from './document-trees.ts'
import { createVersionReader } from './document-version.ts'
import { createDocumentWrites } from './document-writes.ts'
import type { CheckIconLock } from './icon-lock.ts'
import { createMissingParents } from './missing-parents.ts'
import { createNodeChanges } from './node-changes.ts'
import { createNodeReads } from './node-reads.ts'
import { createNodeWrites } from './node-writes.ts'
import type { Resource } from './resources.ts'
import type { CheckUpload } from './upload-rate.ts'
import { createUploadStore } from './upload-store.ts'
import { createWritableLocator } from './writable-document.ts'

export function createXcapResource(parts: {
  /** Path of the XCAP root, and its absolute URL. */
  xcapRoot: string
  rootUrl: string
  usages: ReadonlyMap<string, ApplicationUsage>
  findOwner: FindOwner
  authorizeRead: AuthorizeRead
  authorizeWrite: AuthorizeWrite
  documents: DocumentStore
  trees: DocumentTrees
  allowance: Allowance
  /** Longest document of a usage that says nothing else. */
  documentBytes: number
  checkUpload: CheckUpload
  checkIconLock: CheckIconLock
}): Resource {
  const locate = createDocumentLocator(parts)
  const readVersion = createVersionReader(parts)
  const missing = createMissingParents(parts)
  const locateWritable = createWritableLocator({ ...parts, locate })
  const storeUpload = createUploadStore(parts)
  const applyChange = createNodeChanges({ ...parts, readVersion, storeUpload })
  const nodes = createNodeWrites({ ...parts, applyChange, missing })
  const writes = createDocumentWrites({ ...parts, locateWritable, nodes, storeUpload, missing })
  const readNode = createNodeReads({ readVersion })
  return {
    path: parts.xcapRoot,
    methods: {
      GET: createDocumentReads({ ...parts, locate, readNode }),
      PUT: writes.put,
      DELETE: writes.delete,
    },
    allow: createAllowedMethods(parts),
  }
}
