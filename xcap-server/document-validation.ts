/** Takes a document as a client wants it only when nothing is wrong with it. RFC 4825 §8.2.2, §8.2.5. */
import type { ReadingFailure } from '../core/documents/reading.ts'
import type { SourceDocument } from '../core/documents/source-document.ts'
import { readSource } from '../core/documents/source-reader.ts'
import { isNamed, type XmlElement } from '../core/documents/xml-element.ts'
import { readXml, type XmlLimits } from '../core/documents/xml-reader.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { ApplicationUsage, Upload } from './application-usage.ts'
import { ConstraintFailure, readingConflict, SchemaValidationError } from './conflicts.ts'
import { checkAttributeCount } from './document-limits.ts'
import { UnsupportedMediaType } from './http-errors.ts'
import type { DocumentChange, SchemaValidator } from './schema-validator.ts'

/** The rules of a usage that no schema can say; throws `UniquenessFailure` and `ConstraintFailure`. */
export type CheckDocument = (root: XmlElement, upload: Upload) => MaybePromise<void>

/** `root`: what the document's element must be; absent: whatever the schema lets stand there. */
export function createDocumentAcceptance({
  mediaType,
  root,
  schema,
  check,
  xmlLimits,
}: {
  mediaType: string
  root?: { readonly namespace: string; readonly name: string }
  schema?: SchemaValidator
  check?: CheckDocument
  xmlLimits: XmlLimits
}): NonNullable<ApplicationUsage['accept']> {
  return (upload) => {
    const tree = upload.document
      ? withinLength(upload.document, upload.body, xmlLimits)
      : read(upload, mediaType, xmlLimits)
    if (root && !isNamed(tree, root.namespace, root.name)) throw wrongRoot(tree, root)
    checkAttributeCount(tree)
    schema?.check(upload.body, tree, changeOf(upload))
    return whenReady(check?.(tree, upload), () => ({ contentType: mediaType, body: upload.body }))
  }
}

function read({ mediaType: sent, body }: Upload, mediaType: string, limits: XmlLimits): XmlElement {
  if (sent !== mediaType.toLowerCase()) throw new UnsupportedMediaType([mediaType])
  const reading = readXml(body, limits)
  if (reading.error === undefined) return reading.value
  // Read once more by the reader that knows places, so that a person finds the fault.
  const placed = readSource(body, limits)
  throw readingConflict(placed.error === undefined ? reading : inWords(placed))
}

/** `3:7: disallowed character.` as a person says it. */
function inWords({ error, detail }: ReadingFailure): ReadingFailure {
  const placed = detail.replace(/^(\d+):(\d+): /, 'Line $1, column $2: ').replace(/\.$/, '')
  return { error, detail: `${placed.charAt(0).toUpperCase()}${placed.slice(1)}.` }
}

/** A change of a node may not make the document longer than it could have been sent. */
function withinLength(
  { root }: SourceDocument,
  body: Uint8Array,
  { maxLength }: XmlLimits,
): XmlElement {
  if (body.length <= maxLength) return root
  throw new ConstraintFailure(`The document would be longer than ${maxLength} bytes.`)
}

function changeOf({ replaces, document }: Upload): DocumentChange | undefined {
  return replaces && document && { before: replaces, after: document }
}

function wrongRoot(
  { name, namespace }: XmlElement,
  root: { readonly namespace: string; readonly name: string },
): SchemaValidationError {
  const found = namespace === '' ? `${name} without a namespace` : `${name} of ${namespace}`
  return new SchemaValidationError(
    `The document's element must be ${root.name} of ${root.namespace}, not ${found}.`,
  )
}
