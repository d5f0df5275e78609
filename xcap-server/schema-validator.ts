/** Checks documents against an XML Schema, compiled once. RFC 4825 §5.3, §8.2.5. */
import type { SourceDocument } from '../core/documents/source-document.ts'
import type { XmlElement } from '../core/documents/xml-element.ts'
import { changedPart } from './changed-part.ts'
import { compileSchema } from './compiled-schema.ts'
import { SchemaValidationError } from './conflicts.ts'
import { collectDeclarations, undeclaredIn } from './schema-declarations.ts'
import { readSchemaFiles } from './schema-files.ts'

export interface SchemaValidator {
  /** Takes a document that is known to be well-formed, as bytes and as tree; throws the conflict that says what is wrong. */
  check(body: Uint8Array, root: XmlElement, change?: DocumentChange): void
  /** Gives the compiled schema's memory back. */
  dispose(): void
}

/** A document and what it was, valid, before one of its nodes changed. */
export interface DocumentChange {
  readonly before: SourceDocument
  readonly after: SourceDocument
}

/**
 * `path`: of the schema; what it includes is found beside it. Rejects when it is no schema.
 * `isLocal`: whether of such a document only what changed must be checked again, as `changedPart` says.
 */
export async function loadSchemaValidator(
  path: string,
  isLocal: (document: SourceDocument) => boolean = () => false,
): Promise<SchemaValidator> {
  const files = await readSchemaFiles(path)
  const compiled = await compileSchema(files)
  const declarations = collectDeclarations(files)

  function isChangedRight({ before, after }: DocumentChange): boolean {
    if (!isLocal(after)) return false
    try {
      compiled.validate(Buffer.from(changedPart(before.text, after)))
      return true
    } catch {
      // Said of the whole document, with the line where it stands there.
      return false
    }
  }

  return {
    check: (body, root, change) => {
      if (!change || !isChangedRight(change)) compiled.validate(body)
      const undeclared = undeclaredIn(root, declarations)
      if (undeclared !== undefined) throw new SchemaValidationError(undeclared)
    },
    dispose: () => {
      compiled.dispose()
    },
  }
}
