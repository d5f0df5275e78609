/** Show: the availability of a resource in XMPP, and the activities that say the same in rich presence. RFC 8048 §6, RFC 4480 §3.2. */
import { parseRpid, RPID_NAMESPACE } from '../../core/documents/rpid.ts'
import { isNamed, textOf, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import { showNamed, type Show } from './availability.ts'

/** Of the show element that RFC 8048 puts into a tuple's status. */
const CLIENT_NAMESPACE = 'jabber:client'

/** Those that say more come first: who is busy while away is busy. What is not listed says nothing of availability. */
const SHOW_OF_ACTIVITY: readonly (readonly [Show, readonly string[]])[] = [
  [
    'dnd',
    ['on-the-phone', 'in-transit', 'meeting', 'busy', 'appointment', 'presentation', 'performance'],
  ],
  ['away', ['away', 'meal', 'breakfast', 'lunch', 'dinner', 'shopping', 'sleeping', 'travel']],
  ['xa', ['vacation', 'holiday', 'permanent-absence']],
]

/** `chat` is more than rich presence can say, `xa` is told apart by the show element only. */
const ACTIVITIES_OF_SHOW: Readonly<Record<Show, readonly string[]>> = {
  away: ['away'],
  chat: [],
  dnd: ['busy'],
  xa: ['away'],
}

export function activitiesOf(show: Show | undefined): readonly string[] {
  return show === undefined ? [] : ACTIVITIES_OF_SHOW[show]
}

/** `elements`: of a person, or of a tuple, where older clients put activities. */
export function showOfActivities(elements: readonly XmlElement[]): Show | undefined {
  const values = parseRpid(elements).activities?.values ?? []
  const names = new Set(
    values.flatMap(({ namespace, name }) => (namespace === RPID_NAMESPACE ? [name] : [])),
  )
  return SHOW_OF_ACTIVITY.find(([, activities]) => activities.some((name) => names.has(name)))?.[0]
}

export function showElement(show: Show): XmlElement {
  return xmlElement(CLIENT_NAMESPACE, 'show', [show])
}

/** Among the extensions of a tuple's status. */
export function showIn(extensions: readonly XmlElement[]): Show | undefined {
  const element = extensions.find((one) => isNamed(one, CLIENT_NAMESPACE, 'show'))
  return element && showNamed(textOf(element))
}
