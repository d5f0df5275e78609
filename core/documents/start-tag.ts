/** Where the parts of a start tag stand in the text of its document. XML 1.0 §3.1. */
import type { SourceElement } from './source-document.ts'
import type { XmlAttribute } from './xml-element.ts'

/** An attribute or namespace declaration. Places count as in the document. */
export interface WrittenAttribute {
  /** With its prefix. */
  readonly name: string
  /** Where the white space before it begins. */
  readonly start: number
  /** Behind the first quote. */
  readonly valueStart: number
  /** Where the second quote stands. */
  readonly valueEnd: number
}

const NAME = /<[^ \t\r\n/>]+/y
const ATTRIBUTE = /[ \t\r\n]+([^ \t\r\n=/>]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/y

/** Name of an element or attribute as it is written. */
export function writtenName({ prefix, name }: { prefix: string; name: string }): string {
  return prefix === '' ? name : `${prefix}:${name}`
}

/** Where an attribute of the element is written. */
export function writtenAttribute(
  text: string,
  element: SourceElement,
  attribute: XmlAttribute,
): WrittenAttribute {
  return writtenAs(text, element, writtenName(attribute))
}

/** Where the element's own namespace declaration for a prefix is written; the empty one: the default namespace. */
export function declarationOf(
  text: string,
  element: SourceElement,
  prefix: string,
): WrittenAttribute {
  return writtenAs(text, element, prefix === '' ? 'xmlns' : `xmlns:${prefix}`)
}

function writtenAs(text: string, element: SourceElement, name: string): WrittenAttribute {
  const written = writtenAttributes(text, element).find((candidate) => candidate.name === name)
  if (!written) throw new Error(`no attribute ${name} is written where one was read`)
  return written
}

/** In the order in which they stand, namespace declarations among them. */
function writtenAttributes(text: string, element: SourceElement): WrittenAttribute[] {
  const attributes: WrittenAttribute[] = []
  let start = nameEnd(text, element)
  for (;;) {
    ATTRIBUTE.lastIndex = start
    const [match, name, quoted, apostrophed] = ATTRIBUTE.exec(text) ?? []
    if (match === undefined || name === undefined) return attributes
    const valueEnd = start + match.length - 1
    const valueStart = valueEnd - (quoted ?? apostrophed ?? '').length
    attributes.push({ name, start, valueStart, valueEnd })
    start = valueEnd + 1
  }
}

/** Where a further attribute is written: behind the last one, or behind the element's name. */
export function attributesEnd(text: string, element: SourceElement): number {
  const last = writtenAttributes(text, element).at(-1)
  return last ? last.valueEnd + 1 : nameEnd(text, element)
}

function nameEnd(text: string, element: SourceElement): number {
  NAME.lastIndex = element.start
  NAME.test(text)
  return NAME.lastIndex
}
