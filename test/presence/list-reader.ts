/** Bob, who keeps lists and subscribes to them, and what he reads in the NOTIFYs. */
import assert from 'node:assert/strict'
import { parseRlmi, type ResourceListInfo } from '../../core/documents/rlmi.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { RESOURCE_LISTS, RLS_SERVICES, type Auid } from '../../core/model/document-id.ts'
import { readMultipart, type ReadPart } from '../../core/sip/multipart.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { SipText } from '../support/sip-client.ts'
import type { AgentHarness } from './agent-harness.ts'
import type { Phone } from './phone.ts'

export const [ALICE, BOB, CAROL] = ['alice', 'bob', 'carol'].map(
  (user) => `sip:${user}@example.com` as Aor,
) as [Aor, Aor, Aor]
export const FRIENDS = 'sip:friends@example.com'

const RL = 'urn:ietf:params:xml:ns:resource-lists'

export const LIST_HEADERS = [
  'Supported: eventlist',
  'Accept: application/pidf+xml',
  'Accept: application/rlmi+xml, multipart/related',
]
export const RECIPIENT_LIST = [
  'Require: recipient-list-subscribe',
  'Content-Disposition: recipient-list',
  'Content-Type: application/resource-lists+xml',
]

export const entries = (...uris: string[]) => uris.map((uri) => `<entry uri="${uri}"/>`).join('')
export const resourceLists = (content: string) =>
  `<resource-lists xmlns="${RL}">${content}</resource-lists>`
export const list = (name: string, content: string) => `<list name="${name}">${content}</list>`

/** A service whose list is in one of Bob's own. */
export const service = (name: string, uri = FRIENDS, rest = '') =>
  `<service uri="${uri}"><resource-list>${reference(name)}</resource-list>${rest}</service>`
export const reference = (
  name: string,
  xui: string = BOB,
  root = 'http://127.0.0.1:8080/xcap-root/',
) => `${root}resource-lists/users/${xui}/index/~~/resource-lists/list%5b@name=%22${name}%22%5d`
export const services = (content: string) =>
  `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services" xmlns:rl="${RL}">${content}</rls-services>`

export async function store(
  { store: { documents } }: AgentHarness,
  auid: Auid,
  text: string,
  tree: Aor = BOB,
): Promise<void> {
  const id = { auid, tree, path: 'index' }
  await documents.put(id, { contentType: 'application/xml', body: Buffer.from(text) }, {})
}

/** Bob's friends, as a list of his that has an address of its own. */
export async function storeFriends(agent: AgentHarness, ...uris: string[]): Promise<void> {
  await store(agent, RESOURCE_LISTS, resourceLists(list('friends', entries(...uris))))
  await store(agent, RLS_SERVICES, services(service('friends')))
}

export function subscribeToList(phone: Phone, headers: readonly string[] = [], uri = FRIENDS) {
  return phone.subscribe(uri, ['Expires: 600', ...LIST_HEADERS, ...headers])
}

/** With the list in the request. */
export function subscribeByList(
  phone: Phone,
  content: string | Buffer,
  { headers = RECIPIENT_LIST, uri = 'sip:rls@example.com', dialog = {}, expires = 600 } = {},
): Promise<SipText> {
  const body = typeof content === 'string' ? resourceLists(`<list>${content}</list>`) : content
  const lines = ['Event: presence', `Expires: ${expires}`, ...LIST_HEADERS, ...headers]
  return phone.request('SUBSCRIBE', { uri, headers: lines, body, ...dialog })
}

export interface ToldList extends ResourceListInfo {
  readonly notify: SipText
  /** `active`, `pending`, `terminated rejected`, or nothing where the state is not known; by user. */
  readonly states: Readonly<Record<string, string>>
  /** Of those who have one; by user. */
  readonly bodies: Readonly<Record<string, string>>
}

export async function told(phone: Phone): Promise<ToldList> {
  return readList(await phone.notify())
}

export function readList(notify: SipText): ToldList {
  const type = notify.header('content-type') ?? ''
  const parts = readMultipart(
    Buffer.from(notify.body),
    /boundary=(\w+)$/.exec(type)?.[1] ?? '',
    2_000,
  )
  assert.ok(parts, type)
  const [root, ...others] = parts
  assert.equal(root?.header('content-type'), 'application/rlmi+xml')
  const reading = readDocument(root.content.toString(), parseRlmi)
  if (reading.error !== undefined) assert.fail(reading.detail)
  const byId = new Map(others.map((part) => [part.header('content-id'), part]))
  return { ...reading.value, notify, ...seen(reading.value, byId) }
}

function seen({ resources }: ResourceListInfo, parts: ReadonlyMap<string | undefined, ReadPart>) {
  const states: Record<string, string> = {}
  const bodies: Record<string, string> = {}
  for (const { uri, instances } of resources) {
    const [instance, ...others] = instances
    assert.deepEqual(others, [])
    const user = /^\w+:([^@]+)/.exec(uri)?.[1] ?? uri
    assert.equal(states[user], undefined, `${uri} is told twice`)
    states[user] = [instance?.state, instance?.reason].filter((one) => one).join(' ')
    if (instance?.cid === undefined) continue
    const part = parts.get(`<${instance.cid}>`) ?? parts.get(instance.cid)
    assert.ok(part, `there is no part ${instance.cid}`)
    bodies[user] = part.content.toString()
  }
  return { states, bodies }
}
