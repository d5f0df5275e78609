/** Partial presence: a whole presence document with its version, or what makes the next of the last one. RFC 5262. */
import { PIDF_NAMESPACE } from './pidf.ts'
import { schemaError, type Reading } from './reading.ts'
import type { SourceDocument } from './source-document.ts'
import { pathTo, type Bindings } from './source-path.ts'
import { declarationOf, writtenAttribute, writtenName } from './start-tag.ts'
import { isNamed, type XmlAttribute } from './xml-element.ts'
import {
  formatPrefix,
  parsePatch,
  sharedNamespaces,
  writeOperation,
  type PatchOperation,
} from './xml-patch.ts'
import { escapeAttribute, namespaceDeclaration } from './xml-writer.ts'

const PIDF_DIFF_NAMESPACE = 'urn:ietf:params:xml:ns:pidf-diff'
export const PIDF_DIFF_MEDIA_TYPE = 'application/pidf-diff+xml'

export type PartialPresence =
  | {
      readonly kind: 'full'
      readonly version: number
      /** The document as PIDF: the watcher's own copy. */
      readonly presence: string
    }
  | {
      readonly kind: 'diff'
      readonly version: number
      readonly operations: readonly PatchOperation[]
    }

/** Both kinds count by one version, which RFC 5263 §4.4 demands. */
export function parsePartialPresence(document: SourceDocument): Reading<PartialPresence> {
  const { root } = document
  const attribute = root.attributes.find((one) => one.namespace === '' && one.name === 'version')
  if (!attribute || !/^\d{1,10}$/.test(attribute.value)) return schemaError('there is no version')
  const version = Number(attribute.value)
  if (isNamed(root, PIDF_DIFF_NAMESPACE, 'pidf-full')) {
    const presence = asPidf(document, attribute)
    if (presence === undefined) return schemaError('pidf-full declares no namespace of PIDF')
    return { value: { kind: 'full', version, presence } }
  }
  if (!isNamed(root, PIDF_DIFF_NAMESPACE, 'pidf-diff')) {
    return schemaError('the root is neither pidf-full nor pidf-diff')
  }
  const operations = parsePatch(document, pathTo(root, undefined))
  if (typeof operations === 'string') return schemaError('an operation is none of RFC 5261')
  return { value: { kind: 'diff', version, operations } }
}

/** The whole document without its version, which is put in for every watcher. */
export interface Unnumbered {
  readonly before: string
  readonly behind: string
}

export function numbered({ before, behind }: Unnumbered, version: number): string {
  return `${before} version="${version}"${behind}`
}

/** @param presence As `serializePidf` writes it. */
export function pidfFull(presence: string): Unnumbered {
  const start = presence.indexOf(OPEN) + OPEN.length
  const declaration = namespaceDeclaration('p', PIDF_DIFF_NAMESPACE)
  const head = presence.slice(0, start - OPEN.length)
  const rest = presence.slice(start)
  const isEmpty = !rest.endsWith(CLOSE)
  return {
    before: `${head}<p:pidf-full${declaration}`,
    behind: isEmpty ? rest : `${rest.slice(0, -CLOSE.length)}</p:pidf-full>`,
  }
}

const OPEN = '<presence'
const CLOSE = '</presence>'

/** @param entity The presentity's URI, as the document has it. */
export function pidfDiff(entity: string, operations: readonly PatchOperation[]): Unnumbered {
  const prefix = formatPrefix('p', operations)
  const shared = sharedNamespaces(operations)
  const name = `${prefix}:pidf-diff`
  const around = new Map([...shared, [prefix, PIDF_DIFF_NAMESPACE]])
  const content = operations.map((one) => writeOperation(one, prefix, around)).join('')
  const before = `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${declarations(around)}`
  return { before, behind: ` entity="${escapeAttribute(entity)}">${content}</${name}>` }
}

function declarations(namespaces: Bindings): string {
  return Array.from(namespaces, ([prefix, uri]) => namespaceDeclaration(prefix, uri)).join('')
}

/** Undefined: PIDF has no prefix there. Selectors mean the copy by its root, which is that of PIDF. RFC 5262 §6 */
function asPidf({ text, root }: SourceDocument, version: XmlAttribute): string | undefined {
  const [prefix] = [...root.declarations].find(([, uri]) => uri === PIDF_NAMESPACE) ?? []
  if (prefix === undefined) return undefined
  const name = writtenName({ prefix, name: 'presence' })
  const nameEnd = root.start + 1 + writtenName(root).length
  let written = text.slice(0, root.contentEnd)
  const gone = [writtenAttribute(text, root, version)]
  if (root.declarations.has(root.prefix)) gone.push(declarationOf(text, root, root.prefix))
  for (const { start, valueEnd } of gone.sort((a, b) => b.start - a.start)) {
    written = written.slice(0, start) + written.slice(valueEnd + 1)
  }
  const inside = written.slice(nameEnd)
  // An empty one is left open for what is added to it.
  return root.contentEnd === root.end
    ? `<${name}${inside.slice(0, -2)}></${name}>`
    : `<${name}${inside}</${name}>`
}
