/** Values that may stand only once within one parent: finds every one that is there again, and proposes others. RFC 4825 §5.3, §8.2.5. */
import type { UniquenessConflict } from '../core/documents/xcap-error.ts'
import { attributeOf, elementsOf, isNamed, type XmlElement } from '../core/documents/xml-element.ts'
import { UniquenessFailure } from './conflicts.ts'
import { nodeField, type FieldStep } from './node-field.ts'

/** Compared as strings, case-sensitively. RFC 4826 §3.4.5 */
export interface UniqueAttribute {
  readonly namespace: string
  readonly element: string
  readonly attribute: string
  /** Any other value would do as well, so that a free one can be proposed. */
  readonly free: boolean
}

/** More than a client will repair at once. */
const MOST_REPORTED = 100

/** Throws `UniquenessFailure`, which names the second and later occurrences. */
export function checkUniqueness(
  root: XmlElement,
  rules: readonly UniqueAttribute[],
  defaultNamespace: string,
): void {
  const doubles: Double[] = []
  collectDoubles({ element: root }, rules, doubles)
  const [first] = doubles
  if (!first) return
  throw new UniquenessFailure(
    phraseFor(first),
    doubles.slice(0, MOST_REPORTED).map((double) => conflictOf(double, defaultNamespace)),
  )
}

/** An element and how it was reached. */
interface Place {
  readonly element: XmlElement
  readonly parent?: Place
}

interface Double {
  readonly place: Place
  readonly rule: UniqueAttribute
  readonly value: string
  readonly taken: Set<string>
}

function collectDoubles(parent: Place, rules: readonly UniqueAttribute[], doubles: Double[]): void {
  const taken = new Map<UniqueAttribute, Set<string>>()
  for (const element of parent.element.children) {
    if (typeof element === 'string') continue
    const rule = ruleFor(element, rules)
    const isInside = element.children.length > 0
    if (!rule && !isInside) continue
    const place = { element, parent }
    if (rule) addIfDouble(place, rule, taken, doubles)
    if (isInside) collectDoubles(place, rules, doubles)
  }
}

function addIfDouble(
  place: Place,
  rule: UniqueAttribute,
  takenBy: Map<UniqueAttribute, Set<string>>,
  doubles: Double[],
): void {
  const value = attributeOf(place.element, rule.attribute)
  if (value === undefined) return
  const taken = takenBy.get(rule) ?? new Set()
  takenBy.set(rule, taken)
  if (taken.has(value)) doubles.push({ place, rule, value, taken })
  else taken.add(value)
}

function ruleFor(
  { namespace, name }: XmlElement,
  rules: readonly UniqueAttribute[],
): UniqueAttribute | undefined {
  for (const rule of rules) {
    if (rule.element === name && rule.namespace === namespace) return rule
  }
  return undefined
}

function phraseFor({ rule: { element, attribute }, value, place }: Double): string {
  const parent = place.parent?.element.name ?? ''
  return `No two ${element} elements in one ${parent} may have the same ${attribute}, and '${value}' is there twice.`
}

function conflictOf({ place, rule, value, taken }: Double, namespace: string): UniquenessConflict {
  return {
    field: nodeField(stepsTo(place), rule.attribute, namespace),
    alternatives: rule.free ? [freeValue(value, taken)] : [],
  }
}

/** `friends`, then `friends-2`: proposed once, so that all proposals hold together. */
function freeValue(value: string, taken: Set<string>): string {
  let number = 2
  while (taken.has(`${value}-${number}`)) number++
  const free = `${value}-${number}`
  taken.add(free)
  return free
}

function stepsTo({ element, parent }: Place): FieldStep[] {
  const { namespace, name } = element
  if (!parent) return [{ namespace, name }]
  const alike = elementsOf(parent.element).filter((one) => isNamed(one, namespace, name))
  const position = alike.indexOf(element) + 1
  const step = alike.length === 1 ? { namespace, name } : { namespace, name, position }
  return [...stepsTo(parent), step]
}
