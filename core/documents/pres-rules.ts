/** Presence rules: what a rule of the common policy lets a watcher do and see. RFC 5025 §3.2, §3.3. */
import {
  attributeOf,
  elementsOf,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'

export const PRES_RULES_NAMESPACE = 'urn:ietf:params:xml:ns:pres-rules'

/** From the least to the most; what is absent is block. RFC 5025 §3.2.1 */
export const SUB_HANDLINGS = ['block', 'confirm', 'polite-block', 'allow'] as const
export type SubHandling = (typeof SUB_HANDLINGS)[number]

/** From the least to the most. RFC 5025 §3.3.2.12 */
export const USER_INPUTS = ['false', 'bare', 'thresholds', 'full'] as const
type UserInput = (typeof USER_INPUTS)[number]

/** Of `provide-activities` and so on. RFC 5025 §3.3.2 */
const ATTRIBUTES = [
  'activities',
  'class',
  'deviceID',
  'mood',
  'note',
  'place-is',
  'place-type',
  'privacy',
  'relationship',
  'sphere',
  'status-icon',
  'time-offset',
] as const
type ProvidedAttribute = (typeof ATTRIBUTES)[number]

export function isProvidedAttribute(name: string): name is ProvidedAttribute {
  return ATTRIBUTES.some((attribute) => attribute === name)
}

/** The groups of a presence document, and what names single ones of them. RFC 5025 §3.3.1 */
const COMPONENTS = {
  services: ['class', 'occurrence-id', 'service-uri', 'service-uri-scheme'],
  persons: ['class', 'occurrence-id'],
  devices: ['class', 'deviceID', 'occurrence-id'],
} as const
type ComponentName = keyof typeof COMPONENTS
const COMPONENT_NAMES = Object.keys(COMPONENTS) as ComponentName[]

export interface Provided {
  readonly all: boolean
  readonly members: readonly ProvidedMember[]
}

export interface ProvidedMember {
  readonly kind: 'class' | 'deviceID' | 'occurrence-id' | 'service-uri' | 'service-uri-scheme'
  readonly value: string
}

interface QualifiedName {
  readonly namespace: string
  readonly name: string
}

/** Absent permissions grant nothing. RFC 4745 §10.2 */
export interface PresencePermissions extends Readonly<Record<ComponentName, Provided>> {
  readonly attributes: ReadonlySet<ProvidedAttribute>
  readonly userInput: UserInput
  readonly unknownAttributes: readonly QualifiedName[]
  readonly allAttributes: boolean
}

export interface PresenceRule extends PresencePermissions {
  readonly subHandling?: SubHandling
  /** Actions and transformations of others. */
  readonly unknown: {
    readonly actions: readonly XmlElement[]
    readonly transformations: readonly XmlElement[]
  }
}

interface RuleContent {
  readonly actions: readonly XmlElement[]
  readonly transformations: readonly XmlElement[]
}

/** Reads what a rule grants; what it says in other namespaces, or wrongly, grants nothing and is kept. */
export function parsePresenceRule({ actions, transformations }: RuleContent): PresenceRule {
  const handlings = actions.flatMap((element) => subHandlingIn(element) ?? [])
  const all = (kind: ComponentName) => providedIn(transformations, kind)
  return {
    ...(handlings.length > 0 && { subHandling: greatest(SUB_HANDLINGS, handlings) }),
    services: all('services'),
    persons: all('persons'),
    devices: all('devices'),
    attributes: new Set(ATTRIBUTES.filter((name) => isTrue(transformations, `provide-${name}`))),
    userInput: greatest(
      USER_INPUTS,
      transformations.flatMap((element) => userInputIn(element) ?? []),
    ),
    unknownAttributes: transformations.flatMap((element) => unknownAttributeIn(element) ?? []),
    allAttributes: transformations.some((element) => isOwn(element, 'provide-all-attributes')),
    unknown: {
      actions: actions.filter((element) => subHandlingIn(element) === undefined),
      transformations: transformations.filter((element) => !isKnownTransformation(element)),
    },
  }
}

export function presenceRuleContent(rule: PresenceRule): RuleContent {
  const { subHandling, unknown } = rule
  const handling = subHandling === undefined ? [] : [ownElement('sub-handling', [subHandling])]
  return {
    actions: [...handling, ...unknown.actions],
    transformations: [...transformationElements(rule), ...unknown.transformations],
  }
}

/** The last of the scale that is among the values. */
export function greatest<T extends string>(scale: readonly [T, ...T[]], values: readonly T[]): T {
  return scale.findLast((one) => values.includes(one)) ?? scale[0]
}

function subHandlingIn(element: XmlElement): SubHandling | undefined {
  if (!isOwn(element, 'sub-handling')) return undefined
  const text = textOf(element)
  return SUB_HANDLINGS.find((handling) => handling === text)
}

function userInputIn(element: XmlElement): UserInput | undefined {
  if (!isOwn(element, 'provide-user-input')) return undefined
  const text = textOf(element)
  return USER_INPUTS.find((value) => value === text)
}

function unknownAttributeIn(element: XmlElement): QualifiedName | undefined {
  const [name, namespace] = [attributeOf(element, 'name'), attributeOf(element, 'ns')]
  const meant = isOwn(element, 'provide-unknown-attribute') && saysTrue(element)
  return meant && name !== undefined && namespace !== undefined ? { namespace, name } : undefined
}

function providedIn(transformations: readonly XmlElement[], component: ComponentName): Provided {
  const members = transformations
    .filter((element) => isOwn(element, `provide-${component}`))
    .flatMap(elementsOf)
  const kinds: readonly string[] = COMPONENTS[component]
  return {
    all: members.some((element) => isOwn(element, `all-${component}`)),
    members: members
      .filter(({ namespace, name }) => namespace === PRES_RULES_NAMESPACE && kinds.includes(name))
      .map((element) => ({
        kind: element.name as ProvidedMember['kind'],
        value: textOf(element),
      })),
  }
}

function isTrue(transformations: readonly XmlElement[], name: string): boolean {
  return transformations.some((element) => isOwn(element, name) && saysTrue(element))
}

/** xs:boolean */
function saysTrue(element: XmlElement): boolean {
  return ['true', '1'].includes(textOf(element))
}

function isKnownTransformation(element: XmlElement): boolean {
  const { namespace, name } = element
  if (namespace !== PRES_RULES_NAMESPACE || !name.startsWith('provide-')) return false
  const what = name.slice('provide-'.length)
  if (what === 'unknown-attribute') return unknownAttributeIn(element) !== undefined
  if (what === 'user-input') return userInputIn(element) !== undefined
  if (what === 'all-attributes' || what in COMPONENTS) return true
  return isProvidedAttribute(what) && saysTrue(element)
}

function transformationElements(permissions: PresencePermissions): XmlElement[] {
  const { attributes, userInput, unknownAttributes, allAttributes } = permissions
  const elements = COMPONENT_NAMES.flatMap((name) => providedElement(name, permissions[name]))
  for (const name of attributes) elements.push(ownElement(`provide-${name}`, ['true']))
  if (userInput !== 'false') elements.push(ownElement('provide-user-input', [userInput]))
  for (const { namespace, name } of unknownAttributes) {
    const named = [xmlAttribute('ns', namespace), xmlAttribute('name', name)]
    elements.push(xmlElement(PRES_RULES_NAMESPACE, 'provide-unknown-attribute', ['true'], named))
  }
  if (allAttributes) elements.push(ownElement('provide-all-attributes'))
  return elements
}

function providedElement(name: ComponentName, { all, members }: Provided): XmlElement[] {
  if (!all && members.length === 0) return []
  const children = all
    ? [ownElement(`all-${name}`)]
    : members.map(({ kind, value }) => ownElement(kind, [value]))
  return [ownElement(`provide-${name}`, children)]
}

function isOwn(element: XmlElement, name: string): boolean {
  return element.name === name && element.namespace === PRES_RULES_NAMESPACE
}

function ownElement(name: string, children: readonly (XmlElement | string)[] = []): XmlElement {
  return xmlElement(PRES_RULES_NAMESPACE, name, children)
}
