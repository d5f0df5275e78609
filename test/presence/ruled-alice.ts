/** Alice with rules of her own, and a phone behind a trusted proxy, which anybody can use. */
import type { TestContext } from 'node:test'
import { PRES_RULES, RESOURCE_LISTS, type Auid } from '../../core/model/document-id.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { AgentHarness, HarnessOptions } from './agent-harness.ts'
import type { Phone } from './phone.ts'
import { ALICE, assertedAs, setUp } from './watched-alice.ts'

export const BOB = 'sip:bob@example.com'

export const ruleset = (rules: string) =>
  `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:p="urn:ietf:params:xml:ns:pres-rules" xmlns:o="urn:oma:xml:xdm:common-policy">${rules}</ruleset>`
export const ALL_OF_IT =
  '<p:provide-services><p:all-services/></p:provide-services><p:provide-persons><p:all-persons/></p:provide-persons>' +
  '<p:provide-devices><p:all-devices/></p:provide-devices><p:provide-all-attributes/>'
export const one = (...ids: string[]) =>
  `<identity>${ids.map((id) => `<one id="${id}"/>`).join('')}</identity>`
let ids = 0
export const rule = (conditions: string, handling: string, transformations = ALL_OF_IT) =>
  `<rule id="r${++ids}"><conditions>${conditions}</conditions><actions><p:sub-handling>${handling}</p:sub-handling></actions><transformations>${transformations}</transformations></rule>`

async function store(agent: AgentHarness, auid: Auid, path: string, text: string | undefined) {
  const id = { auid, tree: ALICE as Aor, path }
  if (text === undefined) await agent.store.documents.delete(id, {})
  else {
    const content = { contentType: 'application/xml', body: Buffer.from(text) }
    await agent.store.documents.put(id, content, {})
  }
}

/** Undefined: the document goes. */
export const writeRules = (agent: AgentHarness, rules: string | undefined, path = 'index') =>
  store(agent, PRES_RULES, path, rules === undefined ? undefined : ruleset(rules))
export const writeList = (agent: AgentHarness, text: string | undefined) =>
  store(agent, RESOURCE_LISTS, 'index', text)
export const writeText = (agent: AgentHarness, text: string, path = 'index') =>
  store(agent, PRES_RULES, path, text)

export async function ruled(t: TestContext, rules: string, options: HarnessOptions = {}) {
  const world = await setUp(t, options)
  if (rules !== '') await writeRules(world.agent, rules)
  return world
}

export interface Sight {
  readonly state: string
  readonly body: string
}

/** What the next NOTIFY says. */
export async function seen(phone: Phone): Promise<Sight> {
  const notify = await phone.notify()
  const state = (notify.header('subscription-state') ?? '').replace(/;expires=\d+/, '')
  return { state, body: notify.body }
}

/** How somebody who asks once is received: refused, or what the NOTIFY says. */
export async function fetchedBy(phone: Phone, aor: string | undefined): Promise<Sight | 403> {
  const asserted = assertedAs(aor ?? 'sip:anonymous@anonymous.invalid')
  const { response } = await phone.subscribe(ALICE, ['Expires: 600', asserted])
  return response.status === 403 ? 403 : seen(phone)
}
