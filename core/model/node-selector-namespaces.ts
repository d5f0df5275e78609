/** Namespace bindings in the query of an XCAP URI: xmlns() parts of an XPointer. RFC 4825 §6.4. */
import { NCNAME } from '../documents/xml-name.ts'
import { XML_NAMESPACE } from '../documents/xml-element.ts'

const SCHEME = new RegExp(`[ \\t\\r\\n]*(${NCNAME}(?::${NCNAME})?)\\(`, 'uy')
const BINDING = new RegExp(`^(${NCNAME})[ \\t\\r\\n]*=[ \\t\\r\\n]*([^]*)$`, 'u')
// XPointer framework §3.1.1: unbalanced parentheses and circumflexes inside a part.
const ESCAPED = /\^([()^])/g

/**
 * Prefix → namespace. What is no XPointer is ignored, as parts of other schemes are.
 * @param query As sent; undefined: the escapes in it are broken.
 */
export function xpointerNamespaces(query: string): ReadonlyMap<string, string> | undefined {
  const pointer = decode(query)
  if (pointer === undefined) return undefined
  const namespaces = new Map<string, string>()
  for (const { scheme, content } of pointerParts(pointer)) {
    const [, prefix, namespace] = (scheme === 'xmlns' && BINDING.exec(content)) || []
    if (prefix === undefined || !namespace) continue
    namespaces.set(prefix, namespace)
  }
  // Bound by themselves, whatever the pointer says. XPointer xmlns() scheme §2
  namespaces.delete('xmlns')
  return namespaces.set('xml', XML_NAMESPACE)
}

interface PointerPart {
  readonly scheme: string
  readonly content: string
}

function* pointerParts(pointer: string): Generator<PointerPart> {
  let at = 0
  for (;;) {
    SCHEME.lastIndex = at
    const scheme = SCHEME.exec(pointer)?.[1]
    if (scheme === undefined) return
    const start = SCHEME.lastIndex
    const end = closingParenthesis(pointer, start)
    if (end < 0) return
    yield { scheme, content: pointer.slice(start, end).replace(ESCAPED, '$1') }
    at = end + 1
  }
}

/** Of the part whose content begins at `start`; negative: it is not closed. */
function closingParenthesis(pointer: string, start: number): number {
  let depth = 1
  for (let at = start; at < pointer.length; at++) {
    const character = pointer[at]
    if (character === '^') at++
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return at
  }
  return -1
}

function decode(query: string): string | undefined {
  try {
    return decodeURIComponent(query)
  } catch {
    return undefined
  }
}
