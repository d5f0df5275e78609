/** The schemas of the standard namespaces, compiled as one set. RFC 4825 §5.3, §12.3. */
import { fileURLToPath } from 'node:url'
import type { SourceDocument } from '../core/documents/source-document.ts'
import { loadSchemaValidator, type SchemaValidator } from './schema-validator.ts'

/** Every namespace whose schema is held. */
export const STANDARD_NAMESPACES = [
  'urn:ietf:params:xml:ns:xcap-caps',
  'urn:ietf:params:xml:ns:xcap-error',
  'urn:ietf:params:xml:ns:resource-lists',
  'urn:ietf:params:xml:ns:rls-services',
  'urn:ietf:params:xml:ns:common-policy',
  'urn:ietf:params:xml:ns:pres-rules',
  'urn:ietf:params:xml:ns:pidf',
  'urn:ietf:params:xml:ns:pidf:data-model',
  'urn:ietf:params:xml:ns:pidf:rpid',
  'urn:ietf:params:xml:ns:pidf:cipid',
  'urn:oma:xml:xdm:common-policy',
  'urn:oma:xml:prs:pres-rules',
  'urn:oma:xml:xdm:user-profile',
  'urn:oma:xml:xdm:xcap-directory',
  'urn:oma:xml:prs:pres-content',
  'urn:x-visage:public-card',
] as const

// Beside this file, wherever the service was started from.
const INDEX = fileURLToPath(new URL('./schemas/index.xsd', import.meta.url))

/** Rejects only when the installation is broken. */
export function loadStandardSchemas(): Promise<SchemaValidator> {
  return loadSchemaValidator(INDEX, isLocal)
}

/** Of these schemas only those of presence documents, and xml:id, want values that stand nowhere else in the document. */
function isLocal({ text }: SourceDocument): boolean {
  return !text.includes('urn:ietf:params:xml:ns:pidf') && !text.includes('xml:id')
}
