/** Composition: many publications, hard state and the stored icon become one presence document. RFC 3903 §10.3, RFC 4827 §1. */
import { cipidElement } from '../documents/cipid.ts'
import {
  deviceElement,
  isDevice,
  isPerson,
  parseDevice,
  personElement,
  type Device,
  type Person,
} from '../documents/data-model.ts'
import type { Note } from '../documents/note.ts'
import { serializePidf, type PresenceDocument, type Tuple } from '../documents/pidf.ts'
import { textOf, type XmlElement } from '../documents/xml-element.ts'
import type { Aor } from '../uri/aor.ts'
import { isCipidIcon, isIcon } from './composition-icon.ts'
import { ON_THE_PHONE, REGISTERED } from './composition-derived.ts'
import { createIdentifiers, type TakeIdentifier } from './composition-identifiers.ts'
import { distinctNotes } from './composition-notes.ts'
import { composePerson } from './composition-person.ts'
import { createTimes, type Times } from './composition-times.ts'
import { closedTuple, composeTuples } from './composition-tuples.ts'
import type { EntityTag } from './entity-tag.ts'
import type { WatcherProfile } from './watcher-profile.ts'

export interface PublishedPresence {
  readonly document: PresenceDocument
  /** Milliseconds since the epoch: where two publications disagree the later one counts. */
  readonly publishedAt: number
  readonly tag: EntityTag
}

/** The presentity's stored icon as it is announced. */
export interface AnnouncedIcon {
  /** Of the image and nothing else. */
  readonly url: string
  /** Of the pres-content document, without a fragment; undefined: it is not served. */
  readonly presContentUrl: string | undefined
  /** Of the image, lower-case hexadecimal. */
  readonly sha1: string
}

export interface CompositionInputs {
  /** In any order. */
  readonly publications: readonly PublishedPresence[]
  /** The document of the application usage pidf-manipulation; older than every publication. */
  readonly hardState?: PresenceDocument
  readonly icon?: AnnouncedIcon
  /** Of the account. */
  readonly name?: string
  /** Somebody who publishes nothing, but can be reached. */
  readonly registered?: boolean
  /** A call is on. */
  readonly onThePhone?: boolean
  /** Milliseconds since the epoch; absent: what holds for a time is told whenever it is. */
  readonly now?: number
  /** Whether a published URL names an icon of this service that is no more. */
  readonly isGoneIcon?: (url: string) => boolean
}

export interface ComposedPresence {
  readonly presentity: Aor
  /** Never empty; open before closed. */
  readonly tuples: readonly Tuple[]
  readonly notes: readonly Note[]
  /** Absent when there is nothing to say of the person. */
  readonly person?: Person
  readonly devices: readonly Device[]
  /** What nobody here knows, from beside the tuples. */
  readonly extensions: readonly XmlElement[]
  readonly icon?: AnnouncedIcon
  /** When time alone makes it another one, in milliseconds since the epoch. */
  readonly changesAt?: number
}

/** The same inputs give the same document, whatever order the publications come in. */
export function composePresence(presentity: Aor, inputs: CompositionInputs): ComposedPresence {
  const { icon, name, isGoneIcon = () => false } = inputs
  const times = inputs.now === undefined ? undefined : createTimes(inputs.now)
  const sources = sourcesOf(inputs, times)
  const takeIdentifier = createIdentifiers()
  const elements = sources.flatMap(({ extensions }) => extensions)
  const changesAt = times?.nextChange()
  const person = composePerson(elements.filter(isPerson), {
    id: takeIdentifier('person'),
    isGoneIcon,
    ...(icon ? { iconUrl: icon.url } : {}),
    ...(name === undefined ? {} : { name }),
  })
  return {
    presentity,
    tuples: composeTuples(presentity, sources, { takeIdentifier, isGoneIcon }),
    notes: distinctNotes(sources.flatMap(({ notes }) => notes)),
    ...(person ? { person } : {}),
    devices: composeDevices(elements.filter(isDevice), takeIdentifier),
    extensions: elements.filter((element) => !isPerson(element) && !isDevice(element)),
    ...(icon ? { icon } : {}),
    ...(changesAt === undefined ? {} : { changesAt }),
  }
}

/** What a watcher gets who was not accepted yet. RFC 3856 §6.6.2. */
export function pendingPresence(presentity: Aor): ComposedPresence {
  return onlyTuple(presentity, closedTuple(presentity, 'pending'))
}

/** What a watcher gets who shall take the presentity for offline. RFC 5025 §3.2.1. */
export function politeBlockedPresence(presentity: Aor): ComposedPresence {
  return onlyTuple(presentity, closedTuple(presentity))
}

const MOST_TUPLES = 100
const LONGEST_URL = 2_000

/** What is left where the whole is too much for a NOTIFY: who can be reached where, and the stored icon under the names that it has. */
export function essentialPresence(composed: ComposedPresence): ComposedPresence {
  const { presentity, icon, person } = composed
  const tuples = composed.tuples.slice(0, MOST_TUPLES).map(({ basic = 'closed' }, number) => ({
    ...closedTuple(presentity),
    id: `t${number}`,
    basic,
  }))
  const attributes = person?.attributes
    .filter(isIcon)
    .filter((one) => textOf(one).length <= LONGEST_URL)
  const nothing = { notes: [], devices: [], extensions: [] }
  return {
    presentity,
    tuples,
    ...nothing,
    ...(attributes?.length ? { person: { id: 'person', attributes, notes: [] } } : {}),
    ...(icon ? { icon } : {}),
  }
}

/** The body of a NOTIFY. Serialize once per distinct document and profile: it takes longer than sending. */
export function serializePresence(composed: ComposedPresence, profile: WatcherProfile): string {
  const { presentity, person, devices, extensions } = composed
  return serializePidf({
    entity: presentity,
    tuples: profile === 'blink' ? withBlinkIcon(composed) : composed.tuples,
    notes: composed.notes,
    extensions: [
      ...(person ? [personElement(person)] : []),
      ...devices.map(deviceElement),
      ...extensions,
    ],
  })
}

/** All that says something of the presentity, the newest first. */
function sourcesOf(inputs: CompositionInputs, times: Times | undefined): PresenceDocument[] {
  const sources = newestFirst(inputs.publications)
  if (inputs.hardState) sources.push(inputs.hardState)
  // Who publishes knows better than the registrar whether she wants to be reached.
  if (inputs.registered && inputs.publications.length === 0) sources.unshift(REGISTERED)
  if (inputs.onThePhone) sources.unshift(ON_THE_PHONE)
  return times ? sources.map((source) => times.current(source)) : sources
}

function newestFirst(publications: readonly PublishedPresence[]): PresenceDocument[] {
  return [...publications]
    .sort((a, b) => b.publishedAt - a.publishedAt || (a.tag < b.tag ? -1 : 1))
    .map(({ document }) => document)
}

function onlyTuple(presentity: Aor, tuple: Tuple): ComposedPresence {
  return { presentity, tuples: [tuple], notes: [], devices: [], extensions: [] }
}

// A device is known by its deviceID; the newest description of it counts. RFC 4479 §3.4
function composeDevices(
  published: readonly XmlElement[],
  takeIdentifier: TakeIdentifier,
): Device[] {
  const devices: Device[] = []
  const described = new Set<string>()
  for (const device of published.map(parseDevice)) {
    if (device.deviceId !== undefined && described.has(device.deviceId)) continue
    if (device.deviceId !== undefined) described.add(device.deviceId)
    devices.push({ ...device, id: takeIdentifier(device.id) })
  }
  return devices
}

// Blink reads the icon of a tuple, fetches pres-content there and compares the fragment with what it has.
function withBlinkIcon({ tuples, icon }: ComposedPresence): readonly Tuple[] {
  const [first, ...others] = tuples
  if (icon?.presContentUrl === undefined || !first) return tuples
  if (first.extensions.some(isCipidIcon)) return tuples
  const url = `${icon.presContentUrl}#blink-icon${icon.sha1}`
  return [{ ...first, extensions: [...first.extensions, cipidElement('icon', url)] }, ...others]
}
