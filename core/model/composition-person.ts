/** Composed person: one, whatever the number of devices that describe it. RFC 4479 §3.2, RFC 4480, RFC 4482. */
import { CIPID_NAMESPACE, displayNameElement } from '../documents/cipid.ts'
import { parsePerson, type Person } from '../documents/data-model.ts'
import { isActivities, isClass } from '../documents/rpid.ts'
import { isNamed, textOf, type XmlElement } from '../documents/xml-element.ts'
import { composeActivities } from './composition-activities.ts'
import { isUselessIcon, withBothIcons } from './composition-icon.ts'
import { distinctNotes } from './composition-notes.ts'
import { composeUserInput, isUserInput } from './composition-user-input.ts'

export interface PersonRules {
  readonly id: string
  /** Announced URL of the stored icon. */
  readonly iconUrl?: string
  /** Of the account: shown unless a display-name was published. */
  readonly name?: string
  readonly isGoneIcon: (url: string) => boolean
}

/**
 * `published`: the person elements of all publications, the newest first. Undefined when there is nothing to say.
 * DEVIATION: RFC 4479 §3.2 keeps several persons apart; Jitsi reads only the first, so they are merged.
 */
export function composePerson(
  published: readonly XmlElement[],
  rules: PersonRules,
): Person | undefined {
  const persons = published.map(parsePerson)
  const attributes = withBothIcons(composeAttributes(persons, rules), rules.iconUrl)
  if (rules.name !== undefined && !attributes.some(isDisplayName)) {
    attributes.push(displayNameElement(rules.name))
  }
  const notes = distinctNotes(persons.flatMap((person) => person.notes))
  if (attributes.length === 0 && notes.length === 0) return undefined
  const timestamp = latest(persons.flatMap((person) => person.timestamp ?? []))
  return { id: rules.id, attributes, notes, ...(timestamp === undefined ? {} : { timestamp }) }
}

/**
 * Activities of all, user input of the device in use; every other attribute from the newest person that has it.
 */
function composeAttributes(persons: readonly Person[], { isGoneIcon }: PersonRules): XmlElement[] {
  const activities: XmlElement[] = []
  const inputs: XmlElement[] = []
  let inputPlace = 0
  const others: XmlElement[] = []
  const decided = new Set<string>()
  for (const person of persons) {
    const names: string[] = []
    for (const element of person.attributes) {
      const name = `${element.namespace} ${element.name}`
      if (isActivities(element)) activities.push(element)
      else if (isUserInput(element)) {
        if (inputs.length === 0) inputPlace = others.length
        inputs.push(element)
      } else if (!decided.has(name) && !isUselessIcon(element, isGoneIcon)) {
        others.push(element)
        names.push(name)
      }
    }
    for (const name of names) decided.add(name)
  }
  const input = composeUserInput(inputs)
  if (input) others.splice(inputPlace, 0, input)
  const inClass = others.filter((element) => !isClass(element) || isCommonClass(element, persons))
  return activities.length === 0 ? inClass : [composeActivities(activities), ...inClass]
}

// Rules show people one class and not another: what was merged is in a class only if all of it is. RFC 5025 §3.3.1.2
function isCommonClass(element: XmlElement, persons: readonly Person[]): boolean {
  const value = textOf(element)
  const isIn = ({ attributes }: Person) =>
    attributes.some((one) => isClass(one) && textOf(one) === value)
  return persons.every(isIn)
}

function isDisplayName(element: XmlElement): boolean {
  return isNamed(element, CIPID_NAMESPACE, 'display-name')
}

/** Of texts in RFC 3339 form; what is no time counts as the oldest. */
function latest(timestamps: readonly string[]): string | undefined {
  if (timestamps.length < 2) return timestamps[0]
  const at = (text: string) => Date.parse(text) || 0
  return timestamps.reduce((a, b) => (at(b) > at(a) ? b : a))
}
