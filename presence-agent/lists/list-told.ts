/** What of a list one NOTIFY tells: as many resources as it can bear; the others follow in the next. RFC 4662 §4.5, §5.2. */
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { ToldResource } from './list-notification.ts'
import { largeNotifyDestination } from '../notify/notify-route.ts'
import type { Subscription } from '../resource.ts'
import type { ListedMember, VirtualBody } from './virtual-subscription.ts'

interface Untold {
  readonly members: ReadonlyMap<string, ListedMember>
  /** URIs; what is taken leaves it. */
  readonly unsaid: Set<string>
  readonly fullState: boolean
}

/** Octets. Over UDP a large NOTIFY comes in fragments, of which none may be lost. */
const DATAGRAM_ROOM = 8_000
const CONNECTION_ROOM = 60_000
/** Octets of the markup of a resource, of an instance, and of the head of a part. */
const RESOURCE = 24
const INSTANCE = 100
const PART = 160

/** Those that the NOTIFY tells, in the order of the list where it tells all. */
export function takeResources(
  untold: Untold,
  subscription: Subscription,
): MaybePromise<readonly ToldResource[]> {
  const { members, unsaid, fullState } = untold
  const room = roomOf(subscription)
  const bare = fullState ? bareLength(members) : 0
  // DEVIATION: RFC 4662 §5.2 wants every resource in a full document. A list whose mere names fill a datagram is told
  // piece by piece: the resources of the partial documents that follow are added to those of the first.
  const listsAll = fullState && (hasConnection(subscription) || bare <= room / 2)
  const taken = new Map<string, ToldResource>()
  const taking = takeSome({ members, unsaid, taken, listsAll }, room - (listsAll ? bare : 0))
  return whenReady(taking, () => {
    if (!listsAll) return [...taken.values()]
    return [...members.keys()].map((uri) => taken.get(uri) ?? { uri, names: [] })
  })
}

function roomOf(subscription: Subscription): number {
  // Nothing follows the last one.
  const isLast = subscription.ended !== undefined
  return isLast || hasConnection(subscription) ? CONNECTION_ROOM : DATAGRAM_ROOM
}

function hasConnection(subscription: Subscription): boolean {
  return subscription.flow.transport !== 'UDP' || largeNotifyDestination(subscription) !== undefined
}

/** Of a document that says nothing but which resources there are. */
function bareLength(members: Untold['members']): number {
  let octets = 0
  for (const uri of members.keys()) octets += RESOURCE + uri.length
  return octets
}

interface Taking {
  readonly members: Untold['members']
  readonly unsaid: Set<string>
  readonly taken: Map<string, ToldResource>
  /** The document names them all, whatever is taken. */
  readonly listsAll: boolean
}

/** As long as there is room, but one in any case where the document would say nothing without. */
function takeSome(taking: Taking, room: number): MaybePromise<void> {
  const { members, unsaid, taken, listsAll } = taking
  let left = room
  for (const uri of unsaid) {
    if (left <= 0) break
    const member = members.get(uri)
    const body = member?.virtual.standing()?.state === 'active' ? member.virtual.body() : undefined
    if (body instanceof Promise) {
      // What changes while it is made brings it back.
      unsaid.delete(uri)
      return body.then((made) => {
        if (take(uri, member, made)) return takeSome(taking, left)
        putFirst(uri, unsaid)
        return undefined
      })
    }
    if (!take(uri, member, body)) return undefined
    unsaid.delete(uri)
  }
  return undefined

  function take(uri: string, member: ListedMember | undefined, body?: VirtualBody): boolean {
    const told = toldResource(uri, member, body)
    left -= lengthOf(told)
    if (left < 0 && (taken.size > 0 || listsAll)) return false
    taken.set(uri, told)
    return true
  }
}

function putFirst(uri: string, unsaid: Set<string>): void {
  const others = [...unsaid]
  unsaid.clear()
  for (const one of [uri, ...others]) unsaid.add(one)
}

function toldResource(
  uri: string,
  member: ListedMember | undefined,
  body: VirtualBody | undefined,
): ToldResource {
  // It was on the list before. RFC 4662 §4.5
  if (!member) return { uri, names: [], standing: { state: 'terminated', reason: 'noresource' } }
  const { displayName } = member.address
  const names = displayName ? [displayName] : []
  return { uri, names, standing: member.virtual.standing(), body }
}

/** At most, in octets. */
function lengthOf({ uri, names, standing, body }: ToldResource): number {
  const named = names.reduce((sum, { text }) => sum + 30 + 3 * text.length, 0)
  const part = body ? PART + Buffer.byteLength(body.text) : 0
  return RESOURCE + uri.length + named + (standing ? INSTANCE : 0) + part
}
