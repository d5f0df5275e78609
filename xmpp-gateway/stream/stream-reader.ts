/** Stream reader: the bytes of an XML stream, cut anywhere, to its header, its stanzas and its end. RFC 6120 §4, §11. */
import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { XmlAttribute, XmlElement, XmlNode } from '../../core/documents/xml-element.ts'
import { StreamError, STREAMS_NAMESPACE } from './stream-error.ts'

export interface StreamListener {
  /** The attributes without a namespace. */
  header(attributes: ReadonlyMap<string, string>): void
  /** A stanza, or another element on the highest level of the stream. */
  element(element: XmlElement): void
  /** The other side has closed its stream. */
  footer(): void
}

/** What one stanza may be: in characters, and of what it is made. */
const LIMITS = { length: 1024 * 1024, depth: 100, elements: 20_000, attributes: 64, namespace: 256 }

const NAMESPACE_DECLARATIONS = 'http://www.w3.org/2000/xmlns/'
const BLANK = /^[ \t\r\n]*$/

interface OpenElement extends XmlElement {
  readonly children: XmlNode[]
}

/** Takes hostile input, piece by piece. */
export class StreamReader {
  readonly #listener: StreamListener
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #parser = new SaxesParser({ xmlns: true, position: false })
  readonly #open: OpenElement[] = []
  #isInStream = false
  /** Whole, but the parser tells of an element that was closed wrongly before it complains. */
  #finished: XmlElement | undefined
  #elements = 0
  #read = 0
  #stanzaBegan = 0

  constructor(listener: StreamListener) {
    this.#listener = listener
    this.#followParser()
  }

  /** Throws a StreamError where the stream cannot go on; then the reader is of no more use. */
  write(bytes: Uint8Array): void {
    const piece = this.#decoded(bytes)
    this.#read += piece.length
    this.#parser.write(piece)
    this.#tellFinished()
    if (this.#read - this.#stanzaBegan > LIMITS.length) {
      throw tooMuch(`is longer than ${LIMITS.length}`)
    }
  }

  #decoded(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true })
    } catch {
      // RFC 6120 §11.6
      throw new StreamError('unsupported-encoding', 'the bytes are not UTF-8')
    }
  }

  /** Comments and processing instructions, which must not be sent, say nothing and are passed over. RFC 6120 §11.1 */
  #followParser(): void {
    const text = (piece: string) => {
      this.#text(piece)
    }
    this.#parser.on('error', ({ message }) => {
      throw new StreamError('not-well-formed', message)
    })
    this.#parser.on('doctype', () => {
      throw new StreamError('restricted-xml', 'a document type declaration is not accepted')
    })
    this.#parser.on('opentag', (tag) => {
      this.#begin(tag)
    })
    this.#parser.on('closetag', () => {
      this.#end()
    })
    this.#parser.on('text', text)
    this.#parser.on('cdata', text)
  }

  #begin(tag: SaxesTagNS): void {
    if (!this.#isInStream) {
      this.#listener.header(headerOf(tag))
      this.#isInStream = true
      return
    }
    this.#tellFinished()
    if (this.#open.length >= LIMITS.depth) throw tooMuch(`nests deeper than ${LIMITS.depth}`)
    if (++this.#elements > LIMITS.elements) {
      throw tooMuch(`has more than ${LIMITS.elements} elements`)
    }
    const { uri: namespace, local: name, prefix } = tag
    checkNamespace(namespace)
    const element = { namespace, name, prefix, attributes: attributesOf(tag), children: [] }
    this.#open.at(-1)?.children.push(element)
    this.#open.push(element)
  }

  #text(piece: string): void {
    const children = this.#open.at(-1)?.children
    // What stands between stanzas is white space that keeps the connection alive. RFC 6120 §4.6.1, §11.7
    if (!children || piece === '') return
    const before = children.at(-1)
    if (typeof before === 'string') children[children.length - 1] = before + ownText(piece)
    else children.push(ownText(piece))
  }

  #end(): void {
    const element = this.#open.pop()
    if (!element) {
      this.#tellFinished()
      this.#listener.footer()
      return
    }
    if (element.children.length > 1) dropLayout(element.children)
    if (this.#open.length > 0) return
    this.#elements = 0
    this.#stanzaBegan = this.#parser.position
    this.#finished = element
  }

  #tellFinished(): void {
    const element = this.#finished
    this.#finished = undefined
    if (element) this.#listener.element(element)
  }
}

function headerOf({ uri, local, attributes }: SaxesTagNS): ReadonlyMap<string, string> {
  // RFC 6120 §4.8.1
  if (uri !== STREAMS_NAMESPACE || local !== 'stream') {
    throw new StreamError('invalid-namespace', 'this is no XMPP stream')
  }
  const plain = Object.values(attributes).filter((attribute) => attribute.uri === '')
  return new Map(plain.map((attribute) => [attribute.local, attribute.value]))
}

function attributesOf({ attributes }: SaxesTagNS): readonly XmlAttribute[] {
  const all = Object.values(attributes)
  if (all.length > LIMITS.attributes) throw tooMuch(`has more than ${LIMITS.attributes} attributes`)
  return all
    .filter(({ uri }) => uri !== NAMESPACE_DECLARATIONS)
    .map(({ uri: namespace, local: name, prefix, value }) => {
      checkNamespace(namespace)
      return { namespace, name, prefix, value: ownText(value) }
    })
}

function checkNamespace(name: string): void {
  if (name.length > LIMITS.namespace) throw tooMuch('has a namespace name that is too long')
}

function tooMuch(what: string): StreamError {
  return new StreamError('policy-violation', `a stanza ${what}`)
}

/** V8 copies texts up to here anyway. */
const COPIED = 12

/** Part of a text holds all of it in memory: 64 KiB of a stream, for the name of a resource that is kept. */
function ownText(part: string): string {
  return part.length <= COPIED ? part : Buffer.from(part).toString()
}

/** White space that only sets elements apart says nothing. */
function dropLayout(children: XmlNode[]): void {
  if (children.some((child) => typeof child === 'string' && !BLANK.test(child))) return
  const elements = children.filter((child) => typeof child !== 'string')
  children.splice(0, children.length, ...elements)
}
