/** Reads an XML Schema and the schemas that it includes or imports. XML Schema Part 1 §4.2. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { attributeOf, elementsOf, type XmlElement } from '../core/documents/xml-element.ts'
import { readXml } from '../core/documents/xml-reader.ts'

export const XML_SCHEMA_NAMESPACE = 'http://www.w3.org/2001/XMLSchema'

interface SchemaFile {
  readonly bytes: Uint8Array
  readonly root: XmlElement
}

export interface SchemaFiles {
  /** URL of the schema that was asked for. */
  readonly main: string
  /** By URL, the main one first. */
  readonly byUrl: ReadonlyMap<string, SchemaFile>
}

/** What most schemas import from the web is read from this folder: nothing is fetched. */
const SHIPPED: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/xml.xsd': 'xml.xsd',
  'http://www.w3.org/2001/03/xml.xsd': 'xml.xsd',
}
const REFERENCES = new Set(['include', 'import', 'redefine'])

/** Rejects when a file is missing or no XML. */
export async function readSchemaFiles(path: string): Promise<SchemaFiles> {
  const main = pathToFileURL(path).href
  const byUrl = new Map<string, SchemaFile>()
  const pending = [main]
  for (let url = pending.pop(); url !== undefined; url = pending.pop()) {
    if (byUrl.has(url)) continue
    const location = locationOf(url)
    if (!location) continue
    const file = await readSchemaFile(location)
    byUrl.set(url, file)
    pending.push(...references(file.root, url))
  }
  return { main, byUrl }
}

/** Where the schemas that one refers to stand. */
export function references(root: XmlElement, url: string): string[] {
  return elementsOf(root)
    .filter(({ namespace, name }) => namespace === XML_SCHEMA_NAMESPACE && REFERENCES.has(name))
    .flatMap((element) => attributeOf(element, 'schemaLocation') ?? [])
    .map((location) => new URL(location, url).href)
}

function locationOf(url: string): URL | undefined {
  const shipped = SHIPPED[url]
  if (shipped !== undefined) return new URL(`./schemas/${shipped}`, import.meta.url)
  return url.startsWith('file:') ? new URL(url) : undefined
}

async function readSchemaFile(location: URL): Promise<SchemaFile> {
  const bytes = await readFile(location)
  const reading = readXml(bytes)
  if (reading.error !== undefined) {
    throw new Error(`${fileURLToPath(location)} is no schema: ${reading.detail}`)
  }
  return { bytes, root: reading.value }
}
