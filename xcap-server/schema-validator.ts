/** Checks documents against an XML Schema, compiled once. RFC 4825 §5.3, §8.2.5. */
import type { XmlElement } from '../core/documents/xml-element.ts'
import { readingConflict, SchemaValidationError } from './conflicts.ts'
import { collectDeclarations, undeclaredIn } from './schema-declarations.ts'
import { readSchemaFiles, type SchemaFiles } from './schema-files.ts'
import { schemaPhrase } from './schema-phrase.ts'

export interface SchemaValidator {
  /** Takes a document that is known to be well-formed, as bytes and as tree; throws the conflict that says what is wrong. */
  check(body: Uint8Array, root: XmlElement): void
  /** Gives the compiled schema's memory back. */
  dispose(): void
}

type Libxml = typeof import('libxml2-wasm')

/** `path`: of the schema; what it includes is found beside it. Rejects when it is no schema. */
export async function loadSchemaValidator(path: string): Promise<SchemaValidator> {
  const files = await readSchemaFiles(path)
  const libxml = await loadLibxml()
  const { ParseOption, XmlDocument, XmlParseError, XmlValidateError } = libxml
  const validator = compile(files, libxml)
  const declarations = collectDeclarations(files)
  // Whatever a client writes, nothing is fetched for it.
  const option = ParseOption.XML_PARSE_NO_XXE

  function validate(body: Uint8Array): void {
    const document = XmlDocument.fromBuffer(body, { option })
    try {
      validator.validate(document)
    } finally {
      // What is not given back stays for good: libxml2's memory has no collector.
      document.dispose()
    }
  }

  return {
    check: (body, root) => {
      try {
        validate(body)
      } catch (error) {
        if (error instanceof XmlValidateError) {
          throw new SchemaValidationError(schemaPhrase(error.details))
        }
        if (error instanceof XmlParseError) {
          const [first] = error.details
          const detail = first?.message.trim() ?? 'the document cannot be read'
          throw readingConflict({ error: 'not-well-formed', detail })
        }
        throw error
      }
      const undeclared = undeclaredIn(root, declarations)
      if (undeclared !== undefined) throw new SchemaValidationError(undeclared)
    },
    dispose: () => {
      validator.dispose()
    },
  }
}

/** Only a server needs it: it brings a megabyte of WebAssembly. */
async function loadLibxml(): Promise<Libxml> {
  const libxml = await import('libxml2-wasm')
  const { XmlErrorStruct } = await import('libxml2-wasm/lib/libxml2.mjs')
  // The path of the faulty element, which nobody reads here, takes time that grows with the square of its siblings.
  XmlErrorStruct.node = () => 0
  return libxml
}

/** Throws what libxml2 says of a schema that is none. */
function compile({ main, byUrl }: SchemaFiles, libxml: Libxml) {
  const { XmlBufferInputProvider, XmlDocument, XsdValidator } = libxml
  const bytes = Object.fromEntries([...byUrl].map(([url, file]) => [url, file.bytes]))
  libxml.xmlRegisterInputProvider(new XmlBufferInputProvider(bytes))
  try {
    const schema = XmlDocument.fromBuffer(bytes[main] ?? new Uint8Array(), { url: main })
    try {
      return XsdValidator.fromDoc(schema)
    } finally {
      schema.dispose()
    }
  } finally {
    // From here on libxml2 opens nothing, whatever a document names.
    libxml.xmlCleanupInputProvider()
  }
}
