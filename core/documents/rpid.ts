/** Rich presence: what a person is doing, where and in which mood. RFC 4480. */
import { isNote, noteElement, parseNote, type Note } from './note.ts'
import {
  elementsOf,
  isNamed,
  textOf,
  xmlElement,
  type XmlAttribute,
  type XmlElement,
} from './xml-element.ts'

export const RPID_NAMESPACE = 'urn:ietf:params:xml:ns:pidf:rpid'

/** Values chosen from a list, of which several may hold at once, with notes about them. RFC 4480 §3.1. */
export interface Choice {
  /** `busy`, `other` with its text, or elements of further lists such as location types. */
  readonly values: readonly XmlElement[]
  readonly notes: readonly Note[]
  /** `from`, `until`, `id`. */
  readonly attributes: readonly XmlAttribute[]
}

/** An element that holds a text: user-input, sphere, class, time-offset, status-icon. */
interface Saying {
  readonly text: string
  readonly attributes: readonly XmlAttribute[]
}

const CHOICES = {
  activities: 'activities',
  mood: 'mood',
  'place-is': 'placeIs',
  'place-type': 'placeType',
  privacy: 'privacy',
  relationship: 'relationship',
  'service-class': 'serviceClass',
} as const
const SAYINGS = {
  class: 'class',
  'status-icon': 'statusIcon',
  'time-offset': 'timeOffset',
  'user-input': 'userInput',
} as const

type ChoiceName = (typeof CHOICES)[keyof typeof CHOICES]
type SayingName = (typeof SAYINGS)[keyof typeof SAYINGS]

export type Rpid = { readonly [K in ChoiceName]?: Choice } & {
  readonly [K in SayingName]?: Saying
} & {
  /** A text or an element, as `work` or `bowling league`. RFC 4480 §3.11. */
  readonly sphere?: XmlElement
}

/** Reads the RPID elements among a person's, tuple's or device's; of each the first counts. */
export function parseRpid(elements: readonly XmlElement[]): Rpid {
  const rpid: Partial<Record<string, Choice | Saying | XmlElement>> = {}
  for (const element of elements) {
    if (element.namespace !== RPID_NAMESPACE) continue
    const { name } = element
    if (Object.hasOwn(CHOICES, name))
      rpid[CHOICES[name as keyof typeof CHOICES]] ??= parseChoice(element)
    else if (Object.hasOwn(SAYINGS, name))
      rpid[SAYINGS[name as keyof typeof SAYINGS]] ??= parseSaying(element)
    else if (name === 'sphere') rpid['sphere'] ??= element
  }
  return rpid
}

export function rpidElements(rpid: Rpid): XmlElement[] {
  const elements: XmlElement[] = []
  for (const [name, key] of Object.entries(CHOICES)) {
    const choice = rpid[key]
    if (choice) elements.push(choiceElement(name, choice))
  }
  if (rpid.sphere) elements.push(rpid.sphere)
  for (const [name, key] of Object.entries(SAYINGS)) {
    const saying = rpid[key]
    if (saying) elements.push(xmlElement(RPID_NAMESPACE, name, [saying.text], saying.attributes))
  }
  return elements
}

export function isActivities(element: XmlElement): boolean {
  return isNamed(element, RPID_NAMESPACE, 'activities')
}

export function isClass(element: XmlElement): boolean {
  return isNamed(element, RPID_NAMESPACE, 'class')
}

export function parseChoice(element: XmlElement): Choice {
  const values: XmlElement[] = []
  const notes: Note[] = []
  for (const child of elementsOf(element)) {
    if (isNote(child, RPID_NAMESPACE)) notes.push(parseNote(child))
    else values.push(child)
  }
  return { values, notes, attributes: element.attributes }
}

// Notes come before the values. RFC 4480 §5.1
export function choiceElement(name: string, { values, notes, attributes }: Choice): XmlElement {
  const children = notes.map((note) => noteElement(RPID_NAMESPACE, note))
  return xmlElement(RPID_NAMESPACE, name, [...children, ...values], attributes)
}

export function statusIconElement(uri: string): XmlElement {
  return xmlElement(RPID_NAMESPACE, 'status-icon', [uri])
}

/** A value of a choice, as `busy`. */
export function rpidValue(name: string): XmlElement {
  return xmlElement(RPID_NAMESPACE, name)
}

function parseSaying(element: XmlElement): Saying {
  return { text: textOf(element), attributes: element.attributes }
}
