/** Node selector of an XCAP URI: its grammar, with names expanded. RFC 4825 §6.3, §6.4. */
import { attributeValue } from '../documents/attribute-value.ts'
import { NCNAME } from '../documents/xml-name.ts'
import { xpointerNamespaces } from './node-selector-namespaces.ts'

export interface NodeSelector {
  /** From the root element on; at least one. */
  readonly steps: readonly ElementStep[]
  readonly target: NodeTarget
}

type NodeTarget =
  | { readonly kind: 'element' }
  | ({ readonly kind: 'attribute'; readonly prefix: string } & ExpandedName)
  | { readonly kind: 'namespaces' }

/** One element among the children of the one before. */
export interface ElementStep {
  /** Absent: `*`. */
  readonly name?: ExpandedName
  /** From 1, among those of the name. */
  readonly position?: number
  readonly attribute?: ExpandedName & { readonly value: string }
}

export interface ExpandedName {
  /** Empty: none. */
  readonly namespace: string
  readonly name: string
}

/** `unknown-extension`: a selector of some extension of XCAP, none of which is known here (RFC 4825 §8: 404). */
export type NodeSelectorError = 'malformed' | 'undeclared-prefix' | 'unknown-extension'

export interface SelectorContext {
  /** Of the URI, as sent. */
  readonly query?: string | undefined
  /** Of elements without a prefix. RFC 4825 §5.2; empty: none. */
  readonly defaultNamespace: string
}

const QNAME = `(?:(${NCNAME}):)?(${NCNAME})`
const STEP = new RegExp(
  `^(?:\\*|${QNAME})(?:\\[([0-9]+)\\])?(?:\\[@${QNAME}=("[^"]*"|'[^']*')\\])?$`,
  'u',
)
const ATTRIBUTE = new RegExp(`^@${QNAME}$`, 'u')
const NAMESPACES = 'namespace::*'
const EXTENSION = new RegExp(`^${NCNAME}(?::${NCNAME})?(?:\\(|::)`, 'u')

/** @param steps Segments of the URI behind the separator, decoded. */
export function parseNodeSelector(
  steps: readonly string[],
  { query = '', defaultNamespace }: SelectorContext,
): NodeSelector | NodeSelectorError {
  const prefixes = xpointerNamespaces(query)
  if (!prefixes) return 'malformed'
  const target = parseTarget(steps.at(-1) ?? '', prefixes)
  if (typeof target === 'string') return target
  const elements: ElementStep[] = []
  for (const step of target.kind === 'element' ? steps : steps.slice(0, -1)) {
    const element = parseStep(step, prefixes, defaultNamespace)
    if (typeof element === 'string') return element
    elements.push(element)
  }
  return elements.length === 0 ? 'malformed' : { steps: elements, target }
}

type Prefixes = ReadonlyMap<string, string>

function parseTarget(last: string, prefixes: Prefixes): NodeTarget | NodeSelectorError {
  if (last === NAMESPACES) return { kind: 'namespaces' }
  if (!last.startsWith('@')) return { kind: 'element' }
  const [match, prefix = '', name = ''] = ATTRIBUTE.exec(last) ?? []
  if (match === undefined) return 'malformed'
  const attribute = attributeName(prefix, name, prefixes)
  return attribute ? { kind: 'attribute', prefix, ...attribute } : 'undeclared-prefix'
}

function parseStep(
  step: string,
  prefixes: Prefixes,
  defaultNamespace: string,
): ElementStep | NodeSelectorError {
  const match = STEP.exec(step)
  if (!match) return EXTENSION.test(step) ? 'unknown-extension' : 'malformed'
  const [, prefix, local, digits, attributePrefix = '', attribute, quoted] = match
  const namespace = prefix === undefined ? defaultNamespace : prefixes.get(prefix)
  const test =
    attribute === undefined ? undefined : attributeName(attributePrefix, attribute, prefixes)
  if (namespace === undefined || (attribute !== undefined && !test)) return 'undeclared-prefix'
  const value = quoted === undefined ? '' : attributeValue(quoted.slice(1, -1))
  if (value === undefined) return 'malformed'
  return {
    ...(local !== undefined && { name: { namespace, name: local } }),
    ...(digits !== undefined && { position: Number(digits) }),
    ...(test && { attribute: { ...test, value } }),
  }
}

/** An attribute without a prefix is in no namespace. RFC 4825 §6.3 */
function attributeName(prefix: string, name: string, prefixes: Prefixes): ExpandedName | undefined {
  const namespace = prefix === '' ? '' : prefixes.get(prefix)
  return namespace === undefined ? undefined : { namespace, name }
}
