/** Subscriptions, publications and browser sessions of a person, as operations; of all workers and nodes. */
import { z } from 'zod'
import type { Domains } from '../../core/model/domain.ts'
import type { PublicationRecord, SubscriptionRecord } from '../../core/model/event-state.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { PersonEventState } from '../../core/model/person-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { AccountProblem } from '../account-problem.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { addressValue, momentValue } from './operation-values.ts'
import { resolveAddress } from './reach.ts'

const input = z.strictObject({ address: addressValue })
const concerns = ({ address }: { address: string }) => ({ address })

const subscription = z
  .object({
    presentity: z.string(),
    watcher: z.string().exactOptional(),
    package: z.string(),
    state: z.enum(['subscribed', 'waiting']).meta({
      description:
        'waiting: it has ended without an answer, and is only remembered. RFC 3857 §4.7.1',
    }),
    since: momentValue.exactOptional(),
    expires: momentValue,
    profile: z.string(),
    flow: z
      .string()
      .meta({ description: 'Where its SUBSCRIBE came from, as `UDP 192.0.2.1:5060`.' }),
  })
  .meta({ id: 'Subscription' })

const publication = z
  .object({
    package: z.string(),
    source: z.string().exactOptional(),
    published: momentValue,
    expires: momentValue,
    contentType: z.string(),
    body: z.string(),
  })
  .meta({ id: 'Publication' })

export const listSubscriptions = describeOperation({
  name: 'listSubscriptions',
  method: 'GET',
  path: '/accounts/{address}/subscriptions',
  summary: 'Lists who watches a person, and whom the person watches.',
  scope: 'read',
  input,
  output: z.object({ watchers: z.array(subscription), watched: z.array(subscription) }),
  concerns,
})

export const listPublications = describeOperation({
  name: 'listPublications',
  method: 'GET',
  path: '/accounts/{address}/publications',
  summary: 'Lists what the devices of a person have published.',
  scope: 'read',
  input,
  output: z.object({ publications: z.array(publication) }),
  concerns,
})

export const endSessions = describeOperation({
  name: 'endSessions',
  method: 'DELETE',
  path: '/accounts/{address}/sessions',
  summary: 'Signs all browsers of a person out.',
  scope: 'write',
  input,
  output: z.object({ ended: z.number() }),
  concerns,
})

interface Parts {
  readonly store: OpenedStore
  readonly domains?: Domains | undefined
}

export function eventStateOperations({ store, domains }: Parts): readonly Operation[] {
  const personOf = async (address: string): Promise<Aor> => {
    const aor = await resolveAddress(address, { ...store, domains })
    if (aor) return aor
    throw new AccountProblem(`${address}: expected an address as alice@example.com`, 'invalid')
  }
  const stateOf = (aor: Aor): Promise<PersonEventState> => {
    if (!store.people) throw new Error('this process does not own the store')
    return store.people.eventStateOf([aor])
  }
  return [
    operation(listSubscriptions, async ({ address }) => {
      const aor = await personOf(address)
      const { subscriptions } = await stateOf(aor)
      return {
        watchers: subscriptions
          .filter(({ presentity }) => presentity === aor)
          .map(shownSubscription),
        watched: subscriptions.filter(({ watcher }) => watcher === aor).map(shownSubscription),
      }
    }),
    operation(listPublications, async ({ address }) => {
      const { publications } = await stateOf(await personOf(address))
      return { publications: publications.map(shownPublication) }
    }),
    operation(endSessions, async ({ address }) => {
      const sessions = await store.sessions.ofAccount(await personOf(address))
      for (const { id } of sessions) await store.sessions.remove(id)
      return { ended: sessions.length }
    }),
  ]
}

function shownSubscription(record: SubscriptionRecord): z.input<typeof subscription> {
  const { presentity, watcher, eventPackage, subscribedAt, waitingUntil, flow } = record
  return {
    presentity: bare(presentity),
    ...(watcher !== undefined && { watcher: bare(watcher) }),
    package: eventPackage,
    state: waitingUntil === undefined ? 'subscribed' : 'waiting',
    ...(subscribedAt !== undefined && { since: moment(subscribedAt) }),
    expires: moment(waitingUntil ?? record.expiresAt),
    profile: record.watcherProfile,
    flow: `${flow.transport} ${flow.remoteAddress}:${flow.remotePort}`,
  }
}

function shownPublication(record: PublicationRecord): z.input<typeof publication> {
  const { eventPackage, source, publishedAt, expiresAt, contentType, body } = record
  return {
    package: eventPackage,
    ...(source !== undefined && { source }),
    published: moment(publishedAt),
    expires: moment(expiresAt),
    ...{ contentType, body },
  }
}

function bare(aor: Aor): string {
  return aor.replace(/^sip:/, '')
}

function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
