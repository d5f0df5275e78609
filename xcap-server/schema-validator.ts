/** Checks documents against an XML Schema, compiled once. RFC 4825 §5.3, §8.2.5. */
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { SchemaValidationError } from './conflicts.ts'

export interface SchemaValidator {
  /** Takes a document that is known to be well-formed; throws `SchemaValidationError`. */
  check(body: Uint8Array): void
  /** Gives the compiled schema's memory back. */
  dispose(): void
}

/** `path`: of the schema; what it includes is found beside it. Rejects when it is no schema. */
export async function loadSchemaValidator(path: string): Promise<SchemaValidator> {
  // Loaded only where a schema is configured: it brings a megabyte of WebAssembly.
  const { ParseOption, XmlDocument, XmlValidateError, XsdValidator } = await import('libxml2-wasm')
  const { xmlRegisterFsInputProviders } = await import('libxml2-wasm/lib/nodejs.mjs')
  xmlRegisterFsInputProviders()
  const schema = XmlDocument.fromBuffer(await readFile(path), { url: pathToFileURL(path).href })
  const validator = (() => {
    try {
      return XsdValidator.fromDoc(schema)
    } finally {
      schema.dispose()
    }
  })()
  // Whatever a client writes, nothing is fetched for it.
  const option = ParseOption.XML_PARSE_NO_XXE
  return {
    check: (body) => {
      const document = XmlDocument.fromBuffer(body, { option })
      try {
        validator.validate(document)
      } catch (error) {
        if (error instanceof XmlValidateError) throw new SchemaValidationError(error.message.trim())
        throw error
      } finally {
        document.dispose()
      }
    },
    dispose: () => {
      validator.dispose()
    },
  }
}
