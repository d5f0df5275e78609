/** What a person types to name a document, or a node of it, as an XCAP URI. RFC 4825 §6. */
import { parseXcapUri, type XcapUri } from '../core/uri/xcap-uri.ts'

interface TargetContext {
  /** Absolute. */
  readonly xcapRoot: string
  /** Whose home a short target is in, as `sip:alice@example.com`. */
  readonly xui: string
  readonly bindings?: readonly NamespaceBinding[]
}

export interface NamespaceBinding {
  readonly prefix: string
  readonly namespace: string
}

/** Says what is wrong with the target. */
export class TargetUnclear extends Error {
  override readonly name = 'TargetUnclear'
}

const SEPARATOR = /\/(?:~~|%7e%7e)(?=\/|$)/i
const ABSOLUTE = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/is

/**
 * A URL below the XCAP root, a path below it, or a document in one's own home: `resource-lists/index`. A selector may
 * stand as people write it, `list[@name="friends"]`; what is escaped already stays as it is. Throws `TargetUnclear`.
 */
export function parseXcapTarget(text: string, context: TargetContext): XcapUri {
  const below = belowRoot(text.trim(), context.xcapRoot)
  const separator = SEPARATOR.exec(below)
  const isNode = separator !== null
  const rest = isNode ? below.slice(separator.index + separator[0].length) : below
  const [path, query] = cutQuery(rest, isNode)
  const document = documentSegments(isNode ? below.slice(0, separator.index) : path, context.xui)
  const segments = isNode ? [...document, '~~', ...stepsOf(path.slice(1))] : document
  const queries = query + bindingsQuery(context.bindings ?? [])
  const reference = `/${segments.map(escapedSegment).join('/')}${queries && `?${queries}`}`
  const uri = parseXcapUri(reference)
  if (typeof uri === 'string') throw new TargetUnclear(`${text} names no document`)
  return uri
}

/** The URL's part behind the root: the password is for that server only. */
function belowRoot(text: string, xcapRoot: string): string {
  const absolute = ABSOLUTE.exec(text)
  if (!absolute) return text.replace(/^\/+/, '')
  const [, origin = '', path = ''] = absolute
  const root = new URL(xcapRoot)
  const rootPath = root.pathname.replace(/\/*$/, '/')
  if (!URL.canParse(origin) || new URL(origin).origin !== root.origin || !path.startsWith(rootPath))
    throw new TargetUnclear(
      `${text} is not below the XCAP root ${xcapRoot}; name it by --xcap-root`,
    )
  return path.slice(rootPath.length)
}

function documentSegments(document: string, xui: string): string[] {
  const [auid = '', ...rest] = document.split('/')
  if (auid === '' || rest.join('') === '') {
    throw new TargetUnclear('a document is named as resource-lists/index')
  }
  return ['users', 'global'].includes(rest[0] ?? '')
    ? [auid, ...rest]
    : [auid, 'users', encodeURIComponent(xui), ...rest]
}

/** Character by character, an escaped quote being one; within quotes everything is part of a value. */
function* charactersOf(node: string): Generator<{ text: string; at: number; quoted: boolean }> {
  let quote = ''
  for (const match of node.matchAll(/%2[27]|./gsu)) {
    const text = match[0]
    const character = text.length === 3 ? decodeURIComponent(text) : text
    yield { text, at: match.index, quoted: quote !== '' }
    if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
  }
}

function stepsOf(node: string): string[] {
  let steps = ''
  for (const { text, quoted } of charactersOf(node)) {
    steps += text === '/' && quoted ? '%2F' : text
  }
  return steps.split('/')
}

function cutQuery(text: string, isNode: boolean): [path: string, query: string] {
  let mark = text.indexOf('?')
  if (isNode) {
    mark = -1
    for (const { text: character, at, quoted } of charactersOf(text)) {
      if (character === '?' && !quoted && mark < 0) mark = at
    }
  }
  return mark < 0 ? [text, ''] : [text.slice(0, mark), escapedQuery(text.slice(mark + 1))]
}

const ESCAPE = /%25([0-9a-f]{2})/gi

/** What is escaped stays so; a lone percent sign is meant as such. */
function escapedSegment(segment: string): string {
  return encodeURIComponent(segment).replace(ESCAPE, '%$1')
}

function escapedQuery(query: string): string {
  return encodeURI(query).replaceAll('#', '%23').replace(ESCAPE, '%$1')
}

// Parentheses and circumflexes are escaped in the XPointer, the rest in the URI. RFC 4825 §6.4
function bindingsQuery(bindings: readonly NamespaceBinding[]): string {
  return bindings
    .map(({ prefix, namespace }) => `xmlns(${prefix}=${namespace.replace(/[()^]/g, '^$&')})`)
    .map((binding) => encodeURI(binding).replaceAll('#', '%23'))
    .join('')
}
