/** Says in one sentence what a document lacks, out of what libxml2 says. RFC 4825 §11: the phrase is for people. */

/** What libxml2 tells of a violation. */
export interface SchemaViolation {
  readonly message: string
  readonly line: number
}

const ABOUT = /^Element '([^']*)'(?:, attribute '([^']*)')?: (?:\[facet '[^']*'\] )?([^]*)$/
const LONGEST_VALUE = 60

interface Place {
  /** The element, without its namespace. */
  readonly element: string
  readonly namespace: string
  /** The attribute, or the text of the element. */
  readonly value: string
}

/** Each begins as libxml2's text does; the rest of a text says what is expected or found. */
const SENTENCES: readonly (readonly [RegExp, (place: Place, ...found: string[]) => string])[] = [
  [/^This element is not expected\. Expected is (?:one of )?\(([^]*)\)\.$/, unexpected],
  [/^This element is not expected\.$/, ({ element }) => `${element} may not stand there`],
  [
    /^Missing child element\(s\)\. Expected is (?:one of )?\(([^]*)\)\.$/,
    ({ element, namespace }, names = '') => `${element} lacks ${choice(names, namespace)}`,
  ],
  [
    /^The attribute '([^']*)' is required but missing\.$/,
    ({ element }, name = '') => `${element} lacks the attribute ${plain(name)}`,
  ],
  [
    /^The attribute '([^']*)' is not allowed\.$/,
    ({ element }, name = '') => `${element} may not have the attribute ${plain(name)}`,
  ],
  [/because the content type is empty\.$/, ({ element }) => `${element} must be empty`],
  [/^Character content /, ({ element }) => `${element} may hold elements only, no text`],
  [
    /^Element content is not allowed/,
    ({ element }) => `${element} may hold text only, no elements`,
  ],
  [
    /^No matching global declaration available for the validation root\.$/,
    ({ element, namespace }) => `no document begins with ${element}${of(namespace)}`,
  ],
  [
    /^The value '([^]*)' is not an element of the set \{([^}]*)\}\.$/,
    ({ value }, found = '', set = '') => `${value} must be one of ${set}, not '${short(found)}'`,
  ],
  [
    /^The value '([^]*)' is not accepted by the pattern /,
    ({ value }, found = '') => `${value} may not be '${short(found)}'`,
  ],
  [
    /^'([^]*)' is not a valid value of the (?:atomic|list|local \w+|union) type(?: '([^']*)')?\.$/,
    wrongType,
  ],
]

const TYPES: Readonly<Record<string, string>> = {
  'xs:anyURI': 'a URI',
  'xs:boolean': 'true or false',
  'xs:date': 'a date such as 2026-01-31',
  'xs:dateTime': 'a date and time such as 2026-01-31T12:00:00Z',
  'xs:decimal': 'a number',
  'xs:integer': 'a whole number',
  'xs:NCName': 'a name that begins with a letter',
  'xs:nonNegativeInteger': 'a whole number, not below 0',
  'xs:positiveInteger': 'a whole number above 0',
}
/** What may be an xs:ID, roughly: such a value was refused because it stands twice. */
const NAME = /^[\p{L}_][\p{L}\p{N}._-]*$/u

/** `violations`: at least one; the first is told. */
export function schemaPhrase(violations: readonly SchemaViolation[]): string {
  const [first = { message: '', line: 0 }] = violations
  const sentence = sentenceFor(first.message.trim())
  return first.line > 0 ? `Line ${first.line}: ${sentence}.` : `${sentence}.`
}

function sentenceFor(message: string): string {
  const [, name = '', attribute, text = ''] = ABOUT.exec(message) ?? []
  const element = plain(name)
  const namespace = namespaceOf(name)
  const value =
    attribute === undefined ? `the text of ${element}` : `${plain(attribute)} of ${element}`
  for (const [pattern, write] of SENTENCES) {
    const found = pattern.exec(text)
    if (found) return write({ element, namespace, value }, ...found.slice(1))
  }
  return text === '' ? plainText(message) : `${value}: ${plainText(text)}`
}

function unexpected({ element, namespace }: Place, names = ''): string {
  // The name alone would say that what stands there was expected.
  const full = names.includes(`}${element},`) || names.includes(`}${element} `)
  return `${element}${full ? of(namespace) : ''} may not stand there; expected is ${choice(names, namespace)}`
}

function wrongType({ value }: Place, found = '', type = ''): string {
  if (type === 'xs:ID') {
    return NAME.test(found)
      ? `${value} must be unique in the document, and '${short(found)}' is there twice`
      : `${value} must be a name that begins with a letter, not '${short(found)}'`
  }
  const wanted = TYPES[type]
  return wanted === undefined
    ? `${value} may not be '${short(found)}'`
    : `${value} must be ${wanted}, not '${short(found)}'`
}

/** `{urn:x}list, {urn:x}entry, ##other{urn:x}*` as a person says it. */
function choice(names: string, namespace: string): string {
  const said = names.split(',').map((item) => {
    const name = item.trim()
    if (name.startsWith('##other')) return 'an element of another namespace'
    return plain(name) + (namespaceOf(name) === namespace ? '' : of(namespaceOf(name)))
  })
  return said.length < 2 ? said.join() : `${said.slice(0, -1).join(', ')} or ${said.at(-1) ?? ''}`
}

function of(namespace: string): string {
  return namespace === '' ? ' without a namespace' : ` of ${namespace}`
}

function plain(name: string): string {
  return name.slice(name.lastIndexOf('}') + 1)
}

function namespaceOf(name: string): string {
  return /\{([^}]*)\}/.exec(name)?.[1] ?? ''
}

function plainText(message: string): string {
  const text = message.replace(/\{[^}]*\}/g, '').replace(/\.$/, '')
  return text === '' ? 'the document is not valid' : text
}

function short(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value
}
