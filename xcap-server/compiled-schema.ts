/** An XML Schema compiled by libxml2, and its verdicts as conflicts. XML Schema Part 1. */
import { readingConflict, SchemaValidationError } from './conflicts.ts'
import type { SchemaFiles } from './schema-files.ts'
import { schemaPhrase } from './schema-phrase.ts'

export interface CompiledSchema {
  /** Takes a document that is known to be well-formed; throws the conflict that says what is wrong. */
  validate(body: Uint8Array): void
  /** Gives its memory back. */
  dispose(): void
}

type Libxml = typeof import('libxml2-wasm')

/** Rejects with what libxml2 says of a schema that is none. */
export async function compileSchema(files: SchemaFiles): Promise<CompiledSchema> {
  const libxml = await loadLibxml()
  const { ParseOption, XmlDocument } = libxml
  const validator = compile(files, libxml)
  // Whatever a client writes, nothing is fetched for it.
  const option = ParseOption.XML_PARSE_NO_XXE

  function check(body: Uint8Array): void {
    const document = XmlDocument.fromBuffer(body, { option })
    try {
      validator.validate(document)
    } finally {
      // What is not given back stays for good: libxml2's memory has no collector.
      document.dispose()
    }
  }

  return {
    validate: (body) => {
      try {
        check(body)
      } catch (error) {
        throw conflictOf(error, libxml)
      }
    },
    dispose: () => {
      validator.dispose()
    },
  }
}

function conflictOf(error: unknown, { XmlParseError, XmlValidateError }: Libxml): unknown {
  if (error instanceof XmlValidateError) {
    return new SchemaValidationError(schemaPhrase(error.details))
  }
  if (!(error instanceof XmlParseError)) return error
  const [first] = error.details
  const detail = first?.message.trim() ?? 'the document cannot be read'
  return readingConflict({ error: 'not-well-formed', detail })
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
