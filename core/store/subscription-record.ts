/** Subscription record: its values without their names, which would be a third of what a SUBSCRIBE writes. RFC 6665 §4.2. */
import type { FlowRecord, SubscriptionRecord } from '../model/event-state.ts'
import { LIST_FORMAT, openRecord, sealRecordAs } from './record-envelope.ts'

type Field = Exclude<keyof SubscriptionRecord, 'flow'>

/** In the order in which their values stand in the record: a new one goes to the end. */
const FIELDS = Object.keys({
  id: true,
  presentity: true,
  watcher: true,
  eventPackage: true,
  event: true,
  accept: true,
  watcherProfile: true,
  content: true,
  encoding: true,
  quenched: true,
  subscribedAt: true,
  expiresAt: true,
  waitingUntil: true,
  callId: true,
  localTag: true,
  remoteTag: true,
  localUri: true,
  remoteUri: true,
  remoteTarget: true,
  routeSet: true,
  remoteCseq: true,
  cseqReserved: true,
} satisfies Record<Field, true>) as Field[]

type FlowValues = readonly [string, string, number, string, number]

export function sealSubscription(record: SubscriptionRecord): Buffer {
  const { transport, localAddress, localPort, remoteAddress, remotePort } = record.flow
  const values: unknown[] = FIELDS.map((name) => record[name])
  const flow: FlowValues = [transport, localAddress, localPort, remoteAddress, remotePort]
  // An absent value is written as null.
  return sealRecordAs(LIST_FORMAT, [JSON.stringify([flow, ...values])])
}

/** Throws RecordUnreadable; `key` is for its message. */
export function openSubscription(key: string, record: Buffer): SubscriptionRecord {
  const said: unknown = JSON.parse(openRecord(key, record).toString('utf8'))
  // Earlier versions wrote an object.
  if (!Array.isArray(said)) return said as SubscriptionRecord
  const [flow, ...values] = said as [FlowValues, ...unknown[]]
  const named = FIELDS.map((name, place) => [name, values[place] ?? undefined] as const)
  return {
    ...Object.fromEntries(named.filter(([, value]) => value !== undefined)),
    flow: flowRecord(flow),
  } as SubscriptionRecord
}

function flowRecord(values: FlowValues): FlowRecord {
  const [transport, localAddress, localPort, remoteAddress, remotePort] = values
  return { transport, localAddress, localPort, remoteAddress, remotePort }
}
