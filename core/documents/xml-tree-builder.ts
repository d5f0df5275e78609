/** Builds element trees from the events of a strict parser, within limits. XML 1.0, Namespaces in XML 1.0. */
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { addChild, dropLayout, NO_CHILDREN } from './growing-element.ts'
import type { Reading, ReadingFailure } from './reading.ts'
import type { Bindings } from './source-path.ts'
import type { XmlAttribute, XmlElement } from './xml-element.ts'

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

/** For what was read within limits before. */
export const UNLIMITED_XML: XmlLimits = {
  maxLength: Infinity,
  maxDepth: Infinity,
  maxElements: Infinity,
  maxAttributes: Infinity,
  maxNamespace: Infinity,
}

/** An element whose content grows. */
interface Open<E> {
  children: (E | string)[]
}

const NO_BINDINGS: Bindings = new Map()

type Parser = SaxesParser<{ xmlns: true }>

/** Ends the parse at the first fault; never leaves this file. */
class Refusal extends Error {
  readonly failure: ReadingFailure
  constructor(error: ReadingFailure['error'], detail: string) {
    super(detail)
    this.failure = { error, detail }
  }
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = []
const NAMESPACE_DECLARATIONS = 'http://www.w3.org/2000/xmlns/'

/** Reads document after document: a parser of its own would make each small document a tenth dearer. */
export abstract class TreeBuilder<E extends XmlElement & Open<E>> {
  /** Of the document that is being read. */
  protected text = ''
  readonly #tellsPlaces: boolean
  #parser: Parser
  #open: E[] = []
  #bindings = NO_BINDINGS
  #limits = DEFAULT_XML_LIMITS
  #root: E | undefined
  #elements = 0

  /** @param tellsPlaces Whether a fault is reported with its line and column. */
  constructor(tellsPlaces: boolean) {
    this.#tellsPlaces = tellsPlaces
    this.#parser = this.#createParser()
  }

  /** @param bindings In scope around the root element. */
  read(text: string, limits: XmlLimits, bindings = NO_BINDINGS): Reading<E> {
    this.text = text
    this.#limits = limits
    this.#bindings = bindings
    this.#elements = 0
    try {
      this.#parser.write(text).close()
      return { value: this.#tree() }
    } catch (error) {
      // What stopped half-way cannot be used again.
      this.#open = []
      this.#parser = this.#createParser()
      if (error instanceof Refusal) return error.failure
      throw error
    } finally {
      this.text = ''
      this.#root = undefined
    }
  }

  /** A new element, where its start tag ends; `children` is never written to. */
  protected abstract begin(
    tag: SaxesTagNS,
    attributes: readonly XmlAttribute[],
    children: E['children'],
    end: number,
  ): E

  /** The element is complete, where its end tag ends. */
  protected abstract finish(element: E, end: number): void

  #tree(): E {
    if (!this.#root) throw new Refusal('not-well-formed', 'no root element')
    return this.#root
  }

  // Six handlers: with a seventh V8 turns the parser into a dictionary, five times slower.
  #createParser(): Parser {
    const parser = new SaxesParser({
      xmlns: true,
      position: this.#tellsPlaces,
      resolvePrefix: (prefix: string) => this.#bindings.get(prefix),
      // A document of another 1.x is read as 1.0. XML 1.0 §2.8
      defaultXMLVersion: '1.0',
      forceXMLVersion: true,
    })
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
    const element = this.begin(tag, this.#attributes(tag), NO_CHILDREN, this.#parser.position)
    const parent = this.#open[this.#open.length - 1]
    if (parent) addChild(parent, element)
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
    else addChild(parent, text)
  }

  #end(): void {
    const element = this.#open.pop()
    if (!element) return
    dropLayout(element)
    this.finish(element, this.#parser.position)
  }
}
