/** Plain XML reader: documents of the simplest kind, several times faster than the general parser, which reads all others. XML 1.0, Namespaces in XML 1.0. */
import { addChild, dropLayout, NO_CHILDREN, type GrowingElement } from './growing-element.ts'
import { XML_NAMESPACE, type XmlAttribute, type XmlElement } from './xml-element.ts'
import { nameAt, namespaceName, type QualifiedName } from './xml-names.ts'
import type { XmlLimits } from './xml-tree-builder.ts'

/**
 * What it reads it reads as the general parser does. Undefined: ask that one, since the document holds references, comments,
 * CDATA, instructions or names outside ASCII, is beyond a limit, or is not well-formed.
 */
export function readPlainXml(text: string, limits: XmlLimits): XmlElement | undefined {
  // Line ends are the first thing to be made alike. XML 1.0 §2.11
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  const start = DECLARATION.exec(lines)?.[0].length ?? 0
  NOT_PLAIN.lastIndex = start
  return NOT_PLAIN.test(lines) ? undefined : new PlainReader(lines, start, limits).document()
}

const DECLARATION =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))? ?\?>/
/** References, markup other than elements, and characters that XML has not or that take two units. XML 1.0 §2.2 */
const NOT_PLAIN = /[&\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|<[!?]|\]\]>/g
/** The first is malformed in an attribute, the others stand for a space. XML 1.0 §3.1, §3.3.3 */
const SPECIAL_IN_VALUE = /[<\t\n]/
/** A namespace name that is written as it is meant. */
const PLAIN_NAMESPACE = /^[!-~]+$/

/** Namespaces in XML §3 */
const RESERVED = new Set(['xml', 'xmlns', XML_NAMESPACE, 'http://www.w3.org/2000/xmlns/'])

/** Prefix → namespace, innermost first. */
interface Scope {
  readonly prefix: string
  readonly namespace: string
  readonly outer: Scope | undefined
}

const OUTERMOST: Scope = { prefix: 'xml', namespace: XML_NAMESPACE, outer: undefined }
const NO_ATTRIBUTES: readonly XmlAttribute[] = []

const SPACE = 0x20
const TAB = 0x09
const LINE_FEED = 0x0a
const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27
const SLASH = 0x2f
const EQUALS = 0x3d
const GREATER = 0x3e

/** A class: there is one for nearly every PUBLISH. */
class PlainReader {
  readonly #text: string
  readonly #limits: XmlLimits
  #at: number
  #elements = 0
  /** Of the start tag that is being read: its attributes with their names, and the bindings inside. */
  #attributes: { readonly name: QualifiedName; readonly value: string }[] = []
  #scope = OUTERMOST

  constructor(text: string, start: number, limits: XmlLimits) {
    this.#text = text
    this.#at = start
    this.#limits = limits
  }

  document(): XmlElement | undefined {
    this.#skipSpace()
    const root = this.#text[this.#at++] === '<' ? this.#element(1, OUTERMOST) : undefined
    this.#skipSpace()
    return this.#at === this.#text.length ? root : undefined
  }

  /** From behind the `<` of its start tag. Undefined, as everywhere here: it is not plain. */
  #element(depth: number, outer: Scope): GrowingElement | undefined {
    if (depth > this.#limits.maxDepth || ++this.#elements > this.#limits.maxElements)
      return undefined
    const name = this.#name()
    if (!name) return undefined
    const isEmpty = this.#restOfStartTag(outer)
    const scope = this.#scope
    if (isEmpty === undefined) return undefined
    const namespace = namespaceOf(name.prefix, scope)
    const attributes = this.#resolved(scope)
    if (namespace === undefined || !attributes) return undefined
    const { prefix, local } = name
    const element = { namespace, name: local, prefix, attributes, children: NO_CHILDREN }
    return isEmpty ? element : this.#content(element, name, depth, scope)
  }

  #content(
    element: GrowingElement,
    { qualified }: QualifiedName,
    depth: number,
    scope: Scope,
  ): GrowingElement | undefined {
    const text = this.#text
    for (;;) {
      const open = text.indexOf('<', this.#at)
      if (open < 0) return undefined
      if (open > this.#at) addChild(element, text.slice(this.#at, open))
      if (text.charCodeAt(open + 1) === SLASH) {
        if (!text.startsWith(qualified, open + 2)) return undefined
        this.#at = open + 2 + qualified.length
        this.#skipSpace()
        if (text.charCodeAt(this.#at++) !== GREATER) return undefined
        dropLayout(element)
        return element
      }
      this.#at = open + 1
      const child = this.#element(depth + 1, scope)
      if (!child) return undefined
      addChild(element, child)
    }
  }

  /** From behind the name; whether the tag is that of an empty element. */
  #restOfStartTag(outer: Scope): boolean | undefined {
    const text = this.#text
    this.#attributes = []
    this.#scope = outer
    for (let count = 0; ; count++) {
      const isSpaced = this.#skipSpace()
      const code = text.charCodeAt(this.#at)
      if (code === GREATER) {
        this.#at++
        return false
      }
      if (code === SLASH) {
        this.#at += 2
        return text.charCodeAt(this.#at - 1) === GREATER ? true : undefined
      }
      if (!isSpaced || count === this.#limits.maxAttributes || !this.#attribute(outer)) {
        return undefined
      }
    }
  }

  /** Takes one, or a declaration. */
  #attribute(outer: Scope): boolean {
    const name = this.#name()
    const value = this.#value()
    if (!name || value === undefined) return false
    if (name.qualified === 'xmlns') return this.#declare('', value, outer)
    if (name.prefix === 'xmlns') return this.#declare(name.local, value, outer)
    this.#attributes.push({ name, value })
    return true
  }

  #value(): string | undefined {
    const text = this.#text
    const quote = text.charCodeAt(this.#at + 1)
    if (text.charCodeAt(this.#at) !== EQUALS) return undefined
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) return undefined
    const start = this.#at + 2
    const end = text.indexOf(quote === DOUBLE_QUOTE ? '"' : "'", start)
    if (end < 0) return undefined
    this.#at = end + 1
    const value = text.slice(start, end)
    return SPECIAL_IN_VALUE.test(value) ? undefined : value
  }

  #declare(prefix: string, namespace: string, outer: Scope): boolean {
    if (namespace.length > this.#limits.maxNamespace || !PLAIN_NAMESPACE.test(namespace))
      return false
    // What is reserved is judged by the general parser, and so is what is declared twice.
    if (RESERVED.has(prefix) || RESERVED.has(namespace)) return false
    for (
      let scope: Scope | undefined = this.#scope;
      scope && scope !== outer;
      scope = scope.outer
    ) {
      if (scope.prefix === prefix) return false
    }
    this.#scope = { prefix, namespace: namespaceName(namespace), outer: this.#scope }
    return true
  }

  /** The attributes with their namespaces. */
  #resolved(scope: Scope): readonly XmlAttribute[] | undefined {
    const written = this.#attributes
    if (written.length === 0) return NO_ATTRIBUTES
    const attributes: XmlAttribute[] = []
    for (const { name, value } of written) {
      const { prefix, local } = name
      // The default namespace does not reach attributes. Namespaces in XML §6.2
      const namespace = prefix === '' ? '' : namespaceOf(prefix, scope)
      if (namespace === undefined || has(attributes, namespace, local)) return undefined
      attributes.push({ namespace, name: local, prefix, value })
    }
    return attributes
  }

  #name(): QualifiedName | undefined {
    const name = nameAt(this.#text, this.#at)
    if (name) this.#at += name.qualified.length
    return name
  }

  /** Whether there was any. */
  #skipSpace(): boolean {
    const start = this.#at
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== SPACE && code !== LINE_FEED && code !== TAB) return this.#at > start
      this.#at++
    }
  }
}

/** Undefined: the prefix is not bound. */
function namespaceOf(prefix: string, innermost: Scope): string | undefined {
  for (let scope: Scope | undefined = innermost; scope; scope = scope.outer) {
    if (scope.prefix === prefix) return scope.namespace
  }
  return prefix === '' ? '' : undefined
}

function has(attributes: readonly XmlAttribute[], namespace: string, name: string): boolean {
  for (const attribute of attributes) {
    if (attribute.name === name && attribute.namespace === namespace) return true
  }
  return false
}
