/** Presence data model: the person and the devices beside PIDF's tuples. RFC 4479. */
import { isNote, noteElement, parseNote, type Note } from './note.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'

export const DATA_MODEL_NAMESPACE = 'urn:ietf:params:xml:ns:pidf:data-model'

export interface Person {
  /** Unique in the document. */
  readonly id: string
  /** Presence attributes of other formats: RPID, CIPID, location and what nobody here knows. */
  readonly attributes: readonly XmlElement[]
  readonly notes: readonly Note[]
  /** RFC 3339, as published. */
  readonly timestamp?: string
}

export interface Device extends Person {
  /** A URN; what a tuple's `deviceID` points at. */
  readonly deviceId?: string
}

export function isPerson(element: XmlElement): boolean {
  return isNamed(element, DATA_MODEL_NAMESPACE, 'person')
}

export function isDevice(element: XmlElement): boolean {
  return isNamed(element, DATA_MODEL_NAMESPACE, 'device')
}

/** Takes what is there; the order of the children does not matter. */
export function parsePerson(element: XmlElement): Person {
  return parseDevice(element)
}

export function parseDevice(element: XmlElement): Device {
  const attributes: XmlElement[] = []
  const notes: Note[] = []
  let timestamp: string | undefined
  let deviceId: string | undefined
  for (const child of elementsOf(element)) {
    if (child.namespace !== DATA_MODEL_NAMESPACE) attributes.push(child)
    else if (isNote(child, DATA_MODEL_NAMESPACE)) notes.push(parseNote(child))
    else if (child.name === 'timestamp') timestamp = textOf(child)
    else if (child.name === 'deviceID') deviceId = textOf(child)
    else attributes.push(child)
  }
  return {
    id: attributeOf(element, 'id') ?? '',
    attributes,
    notes,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(deviceId === undefined ? {} : { deviceId }),
  }
}

// The schema's order: attributes, deviceID of a device, notes, timestamp. RFC 4479 §6
export function personElement(person: Person): XmlElement {
  return occurrenceElement('person', person, person.attributes)
}

export function deviceElement(device: Device): XmlElement {
  const { deviceId } = device
  if (deviceId === undefined) return occurrenceElement('device', device, device.attributes)
  return occurrenceElement('device', device, [
    ...device.attributes,
    textElement('deviceID', deviceId),
  ])
}

function occurrenceElement(
  name: string,
  { id, notes, timestamp }: Person,
  attributes: readonly XmlElement[],
): XmlElement {
  const children = [...attributes]
  for (const note of notes) children.push(noteElement(DATA_MODEL_NAMESPACE, note))
  if (timestamp !== undefined) children.push(textElement('timestamp', timestamp))
  return xmlElement(DATA_MODEL_NAMESPACE, name, children, [xmlAttribute('id', id)])
}

function textElement(name: string, text: string): XmlElement {
  return xmlElement(DATA_MODEL_NAMESPACE, name, [text])
}
