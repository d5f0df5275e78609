/** Names a node of a document as an error report does: a relative URI that begins with the root element. RFC 4825 §6.3, §6.4, §11.1. */

/** One element on the way to the node. */
export interface FieldStep {
  readonly namespace: string
  readonly name: string
  /** From 1, among siblings of that name; absent: it is the only one. */
  readonly position?: number
}

// Characters of a path segment that encodeURIComponent escapes without need. RFC 3986 §3.3
const PLAIN_IN_SEGMENT = /%(?:3A|40|24|26|2B|2C|3B|3D)/g
const ESCAPED_IN_XPOINTER = /[()^]/g

/** `attribute`: without a namespace. Elements of the default namespace need no prefix, others get one in the query. */
export function nodeField(
  steps: readonly FieldStep[],
  attribute: string,
  defaultNamespace: string,
): string {
  const prefixes = new Map<string, string>()
  const segments = steps.map(({ namespace, name, position }) => {
    const index = position === undefined ? '' : `[${position}]`
    return `${prefixOf(namespace, defaultNamespace, prefixes)}${name}${index}`
  })
  const path = [...segments, `@${attribute}`].map(encodeSegment).join('/')
  const bindings = [...prefixes].map(([namespace, prefix]) => binding(prefix, namespace))
  return bindings.length === 0 ? path : `${path}?${bindings.join('')}`
}

function prefixOf(
  namespace: string,
  defaultNamespace: string,
  prefixes: Map<string, string>,
): string {
  if (namespace === defaultNamespace) return ''
  const prefix = prefixes.get(namespace) ?? `n${prefixes.size + 1}`
  prefixes.set(namespace, prefix)
  return `${prefix}:`
}

function binding(prefix: string, namespace: string): string {
  // A parenthesis in the data would end it. XPointer Framework §3.2
  const data = namespace.replace(ESCAPED_IN_XPOINTER, '^$&')
  return `xmlns(${prefix}=${encodeSegment(data)})`
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(PLAIN_IN_SEGMENT, decodeURIComponent)
}
