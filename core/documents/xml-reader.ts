/** Strict XML reader: bytes or text to the element tree. XML 1.0, Namespaces in XML 1.0; UTF-8 only (RFC 4825 §8.2.1). */
import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { Reading, ReadingFailure } from './reading.ts'
import type { XmlAttribute, XmlElement, XmlNode } from './xml-element.ts'

export interface XmlLimits {
  /** Of the document: bytes, or UTF-16 units of a text. */
  readonly maxLength: number
  readonly maxDepth: number
  readonly maxElements: number
  readonly maxAttributes: number
  /** Of a namespace name, in characters: written again it may have to stand on every element. */
  readonly maxNamespace: number
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  maxLength: 1024 * 1024,
  // saxes is quadratic in depth.
  maxDepth: 128,
  maxElements: 50_000,
  maxAttributes: 64,
  maxNamespace: 256,
}

/** Takes hostile input. No document type declaration, hence no entity beyond XML's own five. */
export function readXml(
  source: Uint8Array | string,
  limits: XmlLimits = DEFAULT_XML_LIMITS,
): Reading<XmlElement> {
  if (source.length > limits.maxLength) {
    return { error: 'too-large', detail: `longer than ${limits.maxLength} bytes` }
  }
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text === undefined) return { error: 'not-utf-8', detail: 'the bytes are not UTF-8' }
  if (declaresDocumentType(text)) {
    return { error: 'not-well-formed', detail: 'a document type declaration is not accepted' }
  }
  try {
    return { value: builder.read(text, limits) }
  } catch (error) {
    // What stopped half-way cannot be used again.
    builder = new TreeBuilder()
    if (error instanceof Refusal) return error.failure
    throw error
  }
}

/** Reads a document of one format: the tree first, then what it says. */
export function readDocument<T>(
  source: Uint8Array | string,
  parse: (root: XmlElement) => Reading<T>,
  limits?: XmlLimits,
): Reading<T> {
  const tree = readXml(source, limits)
  return tree.error === undefined ? parse(tree.value) : tree
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

// One that is not closed reaches to the end, so that the search stays linear.
const COMMENTS_AND_CDATA = /<!--(?:[^]*?-->|[^]*)|<!\[CDATA\[(?:[^]*?\]\]>|[^]*)/g

function declaresDocumentType(text: string): boolean {
  return text.includes('<!DOCTYPE') && text.replace(COMMENTS_AND_CDATA, '').includes('<!DOCTYPE')
}

interface OpenElement extends XmlElement {
  children: XmlNode[]
}

/** Ends the parse at the first fault; never leaves this file. */
class Refusal extends Error {
  readonly failure: ReadingFailure
  constructor(error: ReadingFailure['error'], detail: string) {
    super(detail)
    this.failure = { error, detail }
  }
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = []
/** Never written to. */
const NO_CHILDREN: XmlNode[] = []
const NAMESPACE_DECLARATIONS = 'http://www.w3.org/2000/xmlns/'
const BLANK = /^[ \t\r\n]*$/

class TreeBuilder {
  readonly #parser = this.#createParser()
  readonly #open: OpenElement[] = []
  #limits = DEFAULT_XML_LIMITS
  #root: XmlElement | undefined
  #elements = 0

  read(text: string, limits: XmlLimits): XmlElement {
    this.#limits = limits
    this.#root = undefined
    this.#elements = 0
    this.#parser.write(text).close()
    return this.#tree()
  }

  #tree(): XmlElement {
    if (!this.#root) throw new Refusal('not-well-formed', 'no root element')
    return this.#root
  }

  // Six handlers: with a seventh V8 turns the parser into a dictionary, five times slower.
  #createParser(): SaxesParser<{ xmlns: true }> {
    const parser = new SaxesParser({ xmlns: true, position: false })
    parser.on('error', (error) => {
      throw new Refusal('not-well-formed', error.message)
    })
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
        throw new Refusal('not-utf-8', `the encoding is declared as ${encoding}`)
      }
    })
    parser.on('opentag', (tag) => {
      this.#begin(tag)
    })
    parser.on('closetag', () => {
      this.#end()
    })
    parser.on('text', (text) => {
      this.#text(text)
    })
    parser.on('cdata', (text) => {
      this.#text(text)
    })
    return parser
  }

  #begin(tag: SaxesTagNS): void {
    if (this.#open.length >= this.#limits.maxDepth) {
      throw new Refusal('too-large', `elements nest deeper than ${this.#limits.maxDepth}`)
    }
    if (++this.#elements > this.#limits.maxElements) {
      throw new Refusal('too-large', `more than ${this.#limits.maxElements} elements`)
    }
    this.#checkNamespace(tag.uri)
    const element: OpenElement = {
      namespace: tag.uri,
      name: tag.local,
      prefix: tag.prefix,
      attributes: this.#attributes(tag),
      children: NO_CHILDREN,
    }
    const parent = this.#open[this.#open.length - 1]
    if (parent) append(parent, element)
    this.#root ??= element
    this.#open.push(element)
  }

  #checkNamespace(name: string): void {
    if (name.length <= this.#limits.maxNamespace) return
    const limit = this.#limits.maxNamespace
    throw new Refusal('not-well-formed', `a namespace name is longer than ${limit} characters`)
  }

  #attributes(tag: SaxesTagNS): readonly XmlAttribute[] {
    let attributes: XmlAttribute[] | undefined
    let count = 0
    for (const key in tag.attributes) {
      if (++count > this.#limits.maxAttributes) {
        throw new Refusal('too-large', `more than ${this.#limits.maxAttributes} attributes`)
      }
      const attribute = tag.attributes[key]
      if (!attribute || attribute.uri === NAMESPACE_DECLARATIONS) continue
      const { uri, local, prefix, value } = attribute
      this.#checkNamespace(uri)
      const kept = { namespace: uri, name: local, prefix, value }
      if (attributes) attributes.push(kept)
      else attributes = [kept]
    }
    return attributes ?? NO_ATTRIBUTES
  }

  #text(text: string): void {
    const parent = this.#open[this.#open.length - 1]
    if (!parent || text === '') return
    const { children } = parent
    const last = children.length - 1
    const before = children[last]
    // A CDATA section is text like any other.
    if (typeof before === 'string') children[last] = before + text
    else append(parent, text)
  }

  #end(): void {
    const children = this.#open.pop()?.children
    if (children && children.length > 1) dropLayout(children)
  }
}

/** An only child, as most are, gets an array of one place: `push` would make room for seventeen. */
function append(parent: OpenElement, child: XmlNode): void {
  if (parent.children === NO_CHILDREN) parent.children = [child]
  else parent.children.push(child)
}

/** White space that only sets elements apart says nothing. */
function dropLayout(children: XmlNode[]): void {
  for (const child of children) {
    if (typeof child === 'string' && !BLANK.test(child)) return
  }
  let kept = 0
  for (const child of children) {
    if (typeof child !== 'string') children[kept++] = child
  }
  children.length = kept
}

// Kept from document to document: a parser of its own would make each small document a tenth dearer.
let builder = new TreeBuilder()
