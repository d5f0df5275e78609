/** What the standard application usages are made of. */
import type { XmlLimits } from '../core/documents/xml-reader.ts'
import type { DocumentStore } from '../core/model/stores.ts'
import type { FindOwner } from './document-owner.ts'
import type { SchemaValidator } from './schema-validator.ts'

export interface UsageParts {
  readonly documents: DocumentStore
  /** Of all standard namespaces. */
  readonly schema: SchemaValidator
  readonly xmlLimits: XmlLimits
  readonly findOwner: FindOwner
}
