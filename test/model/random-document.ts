/** Random XML documents, fragments and selectors, small and full of what makes edits hard. */
import type { ElementStep } from '../../core/model/node-selector.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import {
  bindings,
  writeElement,
  type SlowAttribute,
  type SlowDocument,
  type SlowElement,
  type SlowNode,
} from './slow-document.ts'

const LOCALS = ['a', 'b', 'entry', 'display-name-of-many-letters', 'ü\u{10400}']
const PREFIXES = ['', 'p', 'q']
const NAMESPACES = ['urn:1', 'urn:2'] as const
const ATTRIBUTES = ['uri', 'p:uri', 'q:uri', 'xml:lang', 'n', '__proto__']
/** As written, and the value. */
const VALUES: [string, string][] = [
  ['1', '1'],
  ['2', '2'],
  ['sip:alice@example.com', 'sip:alice@example.com'],
  ['a&amp;b', 'a&b'],
  ['&#x41;&quot;&apos;', 'A"\''],
  ['x\r\ny', 'x y'],
  ['\u{1f600}>/', '\u{1f600}>/'],
  ['', ''],
]
const CDATA = '<![CDATA[<a> & ]]]>'
const TEXTS = [
  ' ',
  '\n  ',
  '\r\n',
  '\r',
  'text',
  '&amp;&#x1F600;',
  '\u{1f600}',
  CDATA,
  '<!-- <a> "\' -->',
  '<?pi <a/> ?>',
  '&#32;',
  ']',
  '>',
]
const SPACES = ['', '', ' ', '\n ', '\r\n']

export function randomDocument(random: SeededRandom): SlowDocument {
  const before = random.pick([
    '',
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '\ufeff<?xml version="1.0"?><!-- <a> -->\r\n',
    '<?pi?>',
  ])
  const root = randomElement(random, new Map(), 3)
  return { before, root, behind: random.pick(['', '\n', '<!-- end -->\n']) }
}

/** @param scope What is bound around it: prefix → namespace. */
function randomElement(
  random: SeededRandom,
  scope: ReadonlyMap<string, string>,
  depth: number,
): SlowElement {
  const element: SlowElement = {
    prefix: '',
    local: random.pick(LOCALS),
    attributes: declarations(random),
    space: random.pick(SPACES),
    empty: random.chance(0.5),
    children: [],
  }
  const inside = new Map([...scope, ...bindings(element, element)])
  if (element.attributes.some(({ name, value }) => name === 'xmlns' && value === '')) {
    inside.delete('')
  }
  const bound = PREFIXES.filter((prefix) => prefix === '' || inside.has(prefix))
  element.prefix = random.pick(bound)
  element.attributes.push(...attributes(random, inside))
  if (depth > 0) element.children = children(random, inside, depth - 1)
  return element
}

function children(random: SeededRandom, scope: ReadonlyMap<string, string>, depth: number) {
  const mixed = random.chance(0.3)
  return Array.from({ length: random.integer(7) }, (): SlowNode => {
    if (random.chance(0.55)) return randomElement(random, scope, depth)
    return mixed ? random.pick(TEXTS) : random.pick(TEXTS.slice(0, 3))
  })
}

function declarations(random: SeededRandom): SlowAttribute[] {
  const declared: SlowAttribute[] = []
  for (const prefix of PREFIXES) {
    if (!random.chance(0.2)) continue
    const value = prefix === '' && random.chance(0.2) ? '' : random.pick(NAMESPACES)
    declared.push(attribute(random, prefix === '' ? 'xmlns' : `xmlns:${prefix}`, [value, value]))
  }
  return declared
}

function attributes(random: SeededRandom, scope: ReadonlyMap<string, string>): SlowAttribute[] {
  const seen = new Set<string>()
  const found: SlowAttribute[] = []
  for (const name of ATTRIBUTES) {
    const [local = '', prefix] = name.split(':').reverse()
    if (prefix !== undefined && prefix !== 'xml' && !scope.has(prefix)) continue
    const expanded = `{${prefix === undefined ? '' : (scope.get(prefix) ?? 'xml')}}${local}`
    if (seen.has(expanded) || !random.chance(0.3)) continue
    seen.add(expanded)
    found.push(attribute(random, name, random.pick(VALUES)))
  }
  return found
}

function attribute(
  random: SeededRandom,
  name: string,
  [written, value]: [string, string],
): SlowAttribute {
  const quote = random.pick(['"', "'"])
  const space = random.pick([' ', '  ', '\n', '\t'])
  return { space, name, equals: random.pick(['=', '=', ' = ', '=\r\n']), quote, written, value }
}

/** Leads to a place that is there, mostly, and there asks for something that is or is not. */
export function randomSteps(random: SeededRandom, document: SlowDocument): ElementStep[] {
  const steps: ElementStep[] = []
  let siblings = [document.root]
  while (siblings.length > 0 && random.chance(0.7)) {
    const wanted = random.pick(siblings)
    const step = random.chance(0.9)
      ? exactStep(random, wanted, siblings)
      : randomStep(random, document, wanted, siblings)
    steps.push(step)
    siblings = wanted.children.filter((child) => typeof child !== 'string')
  }
  if (steps.length > 0 && random.chance(0.3)) return steps
  const wanted = siblings.length > 0 && random.chance(0.7) ? random.pick(siblings) : undefined
  return [...steps, randomStep(random, document, wanted, siblings)]
}

function exactStep(random: SeededRandom, wanted: SlowElement, siblings: SlowElement[]) {
  const value = wanted.attributes.find((attribute) => attribute.name === 'uri')?.value
  return {
    position: siblings.indexOf(wanted) + 1,
    ...(value !== undefined &&
      random.chance(0.5) && { attribute: { namespace: '', name: 'uri', value } }),
  }
}

/** @param wanted Mostly selected by the step; undefined: something new. */
function randomStep(
  random: SeededRandom,
  { root }: SlowDocument,
  wanted: SlowElement | undefined,
  siblings: SlowElement[],
): ElementStep {
  const name = {
    namespace: wanted ? (bindings(root, wanted).get(wanted.prefix) ?? '') : random.pick(NAMESPACES),
    name: wanted?.local ?? random.pick(LOCALS),
  }
  const isNamed = random.chance(0.7)
  const counted = siblings.filter(({ local }) => !isNamed || local === wanted?.local)
  const place = wanted && random.chance(0.6) ? counted.indexOf(wanted) + 1 : random.integer(5)
  const own = wanted?.attributes.find((attribute) => attribute.name === 'uri')
  const value = own && random.chance(0.6) ? own.value : random.pick(VALUES)[1]
  return {
    ...(isNamed && { name }),
    ...(random.chance(0.4) && { position: place }),
    ...(random.chance(own ? 0.5 : 0.2) && { attribute: { namespace: '', name: 'uri', value } }),
  }
}

/** An element for the step, mostly one that fits it. */
export function randomFragment(
  random: SeededRandom,
  scope: ReadonlyMap<string, string>,
  { name, attribute: wanted }: ElementStep,
): SlowElement {
  const fragment = wellFormedElement(random, scope)
  if (random.chance(0.2)) return fragment
  if (wanted) {
    fragment.attributes = fragment.attributes.filter(({ name }) => name !== 'uri')
    const written = VALUES.find(([, value]) => value === wanted.value)
    fragment.attributes.push(attribute(random, 'uri', written ?? ['9', '9']))
  }
  if (!name) return fragment
  const inside = new Map([...scope, ...bindings(fragment, fragment)])
  const prefix = PREFIXES.find(
    (prefix) =>
      (prefix === '' || inside.has(prefix)) && (inside.get(prefix) ?? '') === name.namespace,
  )
  if (prefix !== undefined) Object.assign(fragment, { prefix, local: name.name })
  return fragment
}

function wellFormedElement(random: SeededRandom, scope: ReadonlyMap<string, string>): SlowElement {
  const element = randomElement(random, scope, random.integer(3))
  const text = writeElement(element).replaceAll(CDATA, '')
  return text.includes(']]>') ? wellFormedElement(random, scope) : element
}

export function randomAttribute(random: SeededRandom) {
  const [prefix, namespace] = random.pick([
    ['', ''],
    ['', ''],
    ['', ''],
    ['p', 'urn:1'],
    ['q', 'urn:2'],
    ['z', 'urn:3'],
    ['xml', 'http://www.w3.org/XML/1998/namespace'],
  ] as const)
  const name = random.pick(['uri', 'uri', 'uri', 'lang', 'n', 'new'])
  return { kind: 'attribute', prefix, namespace, name } as const
}
