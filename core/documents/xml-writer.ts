/** XML writer: the element tree as compact text, every name bound to its namespace. XML 1.0, Namespaces in XML 1.0. */
import { XML_NAMESPACE, type XmlAttribute, type XmlElement } from './xml-element.ts'

/** Namespace → the prefix it always gets; empty: the default namespace. Those that occur are declared on the root. */
export type Prefixes = ReadonlyMap<string, string>

/**
 * The whole document with its XML declaration. Namespaces that `prefixes` does not know are declared where they are first
 * used, with the prefix they were read with when that is free. Characters that XML cannot carry become U+FFFD.
 */
export function writeXml(root: XmlElement, prefixes: Prefixes): string {
  return new TreeWriter(prefixes).document(root)
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** Prefix → namespace, innermost first. */
interface Scope {
  readonly prefix: string
  readonly namespace: string
  readonly outer: Scope | undefined
}

class TreeWriter {
  readonly #prefixes: Prefixes
  /** Namespaces of `#prefixes` that occur. */
  readonly #used = new Set<string>()
  #output = ''
  /** Of the element whose start tag is being written. */
  #declarations = ''
  #scope: Scope | undefined
  #generated = 0

  constructor(prefixes: Prefixes) {
    this.#prefixes = prefixes
  }

  document(root: XmlElement): string {
    const afterName = this.#element(root).length + 1
    let declarations = ''
    for (const namespace of this.#used) {
      declarations += namespaceDeclaration(this.#prefixes.get(namespace) ?? '', namespace)
    }
    const written = this.#output
    return DECLARATION + written.slice(0, afterName) + declarations + written.slice(afterName)
  }

  /** Gives the element's qualified name. */
  #element(element: XmlElement): string {
    const outer = this.#scope
    const name = this.#startTag(element)
    if (element.children.length === 0) {
      this.#output += '/>'
    } else {
      this.#output += '>'
      for (const child of element.children) {
        if (typeof child === 'string') this.#output += escapeText(child)
        else this.#element(child)
      }
      this.#output += `</${name}>`
    }
    this.#scope = outer
    return name
  }

  #startTag(element: XmlElement): string {
    this.#declarations = ''
    const name = this.#elementName(element)
    let attributes = ''
    for (const attribute of element.attributes) {
      attributes += ` ${this.#attributeName(attribute)}="${escapeAttribute(attribute.value)}"`
    }
    this.#output += `<${name}${this.#declarations}${attributes}`
    return name
  }

  #elementName(element: XmlElement): string {
    const { namespace, name } = element
    const prefix = this.#wellKnown(namespace) ?? this.#elementPrefix(element)
    return prefix === '' ? name : `${prefix}:${name}`
  }

  #elementPrefix({ namespace, prefix }: XmlElement): string {
    if (namespace === '') {
      // No namespace has no prefix: a default namespace above must be undone.
      if (this.#defaultNamespace() !== '') this.#declare('', '')
      return ''
    }
    return this.#boundPrefix(namespace) ?? this.#declare(this.#freePrefix(prefix), namespace)
  }

  #attributeName({ namespace, name, prefix }: XmlAttribute): string {
    if (namespace === '') return name
    if (namespace === XML_NAMESPACE) return `xml:${name}`
    // The default namespace does not reach attributes. Namespaces in XML §6.2
    const known = this.#prefixes.get(namespace) === '' ? undefined : this.#wellKnown(namespace)
    const bound = known ?? this.#boundPrefix(namespace)
    return `${bound ?? this.#declare(this.#freePrefix(prefix), namespace)}:${name}`
  }

  #wellKnown(namespace: string): string | undefined {
    const prefix = this.#prefixes.get(namespace)
    if (prefix === undefined) return undefined
    // Below an undone default namespace the well-known one has to be declared again.
    if (prefix === '' && this.#scope && this.#defaultNamespace() !== namespace) {
      return this.#declare('', namespace)
    }
    this.#used.add(namespace)
    return prefix
  }

  #defaultNamespace(): string {
    for (let scope = this.#scope; scope; scope = scope.outer) {
      if (scope.prefix === '') return scope.namespace
    }
    for (const [namespace, prefix] of this.#prefixes) if (prefix === '') return namespace
    return ''
  }

  #boundPrefix(namespace: string): string | undefined {
    for (let scope = this.#scope; scope; scope = scope.outer) {
      if (scope.namespace === namespace && scope.prefix !== '') return scope.prefix
    }
    return undefined
  }

  #freePrefix(wanted: string): string {
    if (wanted !== '' && !this.#isTaken(wanted)) return wanted
    let prefix: string
    do prefix = `ns${++this.#generated}`
    while (this.#isTaken(prefix))
    return prefix
  }

  #isTaken(prefix: string): boolean {
    if (prefix.toLowerCase().startsWith('xml')) return true
    for (const reserved of this.#prefixes.values()) if (reserved === prefix) return true
    for (let scope = this.#scope; scope; scope = scope.outer) {
      if (scope.prefix === prefix) return true
    }
    return false
  }

  #declare(prefix: string, namespace: string): string {
    this.#declarations += namespaceDeclaration(prefix, namespace)
    this.#scope = { prefix, namespace, outer: this.#scope }
    return prefix
  }
}

/** As it stands in a start tag, with a space before it. */
export function namespaceDeclaration(prefix: string, namespace: string): string {
  const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
  return ` ${name}="${escapeAttribute(namespace)}"`
}

const SPECIAL_IN_TEXT = /[&<>\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]/
const SPECIAL_IN_ATTRIBUTE = /[&<"\x00-\x1f\ufffe\uffff\ud800-\udfff]/
const UNREPRESENTABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Character data as it is written. */
export function escapeText(text: string): string {
  if (!SPECIAL_IN_TEXT.test(text)) return text
  return text.replace(UNREPRESENTABLE, '\ufffd').replace(/[&<>\r]/g, (c) => REFERENCES[c] ?? c)
}

/** What stands between double quotes. */
export function escapeAttribute(text: string): string {
  if (!SPECIAL_IN_ATTRIBUTE.test(text)) return text
  return text.replace(UNREPRESENTABLE, '\ufffd').replace(/[&<"\t\n\r]/g, (c) => REFERENCES[c] ?? c)
}
