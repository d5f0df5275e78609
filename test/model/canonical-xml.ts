/** A document as canonical XML with comments tells it apart from others. Canonical XML 1.0. */
import type { SourceDocument, SourceElement } from '../../core/documents/source-document.ts'
import { nodesOf } from '../../core/documents/source-nodes.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import { writtenName } from '../../core/documents/start-tag.ts'

export function sourceOf(text: string): SourceDocument {
  const reading = readSource(text)
  if (reading.error !== undefined) throw new Error(`${reading.detail}: ${text}`)
  return reading.value
}

/** The root element only: what stands beside it cannot be patched by what is tested here. */
export function canonical(text: string): string {
  const document = sourceOf(text.replace(/\r\n?/g, '\n'))
  return canonicalElement(document.text, document.root, new Map())
}

function canonicalElement(
  text: string,
  element: SourceElement,
  around: ReadonlyMap<string, string>,
): string {
  const news = [...element.declarations].filter(
    ([prefix, uri]) => (around.get(prefix) ?? '') !== uri,
  )
  const inside = new Map([...around, ...news])
  const declared = news.map(([prefix, uri]) => ` xmlns:${prefix}=${JSON.stringify(uri)}`).sort()
  const attributes = element.attributes
    .map((one) => ` {${one.namespace}}${writtenName(one)}=${JSON.stringify(one.value)}`)
    .sort()
  const content = nodesOf(text, element).map((node) => {
    if (node.kind === 'element') return canonicalElement(text, node.element, inside)
    const written = text.slice(node.start, node.end)
    return node.kind === 'text' ? JSON.stringify(valueOf(written)) : written.replace(/ *\?>/, '?>')
  })
  const name = writtenName(element)
  return `<${name}${declared.join('')}${attributes.join('')}>${content.join('')}</${name}>`
}

function valueOf(written: string): string {
  return sourceOf(`<text>${written}</text>`)
    .root.children.map((child) => (typeof child === 'string' ? child : ''))
    .join('')
}
