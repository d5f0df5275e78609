/** Names of elements, attributes and namespaces, each made once: documents of one format repeat a few dozen. Namespaces in XML 1.0. */

export interface QualifiedName {
  /** As written. */
  readonly qualified: string
  /** Empty: none. */
  readonly prefix: string
  readonly local: string
}

const START = /[A-Za-z_]/
const PART = /[\w.:-]/
/** By character: 1 where it may stand in a name, 2 where it may begin one too. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (START.test(character)) return 2
  return PART.test(character) ? 1 : 0
})

const QUALIFIED = /^(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)$/
const LONGEST = 64
const REMEMBERED = 2_000
const names = new Map<string, QualifiedName>()

/** The name that begins there. Undefined: none in ASCII, or a very long one. */
export function nameAt(text: string, start: number): QualifiedName | undefined {
  if (KINDS[text.charCodeAt(start)] !== 2) return undefined
  let end = start + 1
  while ((KINDS[text.charCodeAt(end)] ?? 0) > 0) end++
  // The name may go on in other letters.
  if (end - start > LONGEST || text.charCodeAt(end) > 127) return undefined
  const written = text.slice(start, end)
  return names.get(written) ?? newName(written)
}

function newName(written: string): QualifiedName | undefined {
  const parts = QUALIFIED.exec(written)
  if (!parts) return undefined
  const [, prefix = '', local = ''] = parts
  const name = { qualified: shared(written), prefix: shared(prefix), local: shared(local) }
  if (names.size < REMEMBERED) names.set(name.qualified, name)
  return name
}

const namespaces = new Map<string, string>()

/** The same text, as one string for all documents. */
export function namespaceName(written: string): string {
  const known = namespaces.get(written)
  if (known !== undefined) return known
  const name = shared(written)
  if (namespaces.size < REMEMBERED) namespaces.set(name, name)
  return name
}

/** A copy, not a piece of the document. V8 has the name of a property only once: comparing it is comparing addresses. */
function shared(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text
}
