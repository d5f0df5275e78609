/** Alice's lists and rules on a server of her own, empty before each test of the file that asks for it. */
import assert from 'node:assert/strict'
import { after, afterEach, before } from 'node:test'
import type { Contact, ContactReports } from '../../client/contact-book.ts'
import { createContacts, type Contacts } from '../../client/contacts.ts'
import { NOTHING_REPORTED } from '../../client/contact-reports.ts'
import { createXcapClient, type XcapClient } from '../../client/xcap-client.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { PASSWORD, startXcapService, type XcapService } from '../xcap/support/xcap-service.ts'

export const aor = (text: string): Aor => parseAor(text) ?? assert.fail(text)
export const ALICE = aor('alice@example.com')
export const BOB = aor('bob@example.com')
export const CAROL = aor('carol@other.example')

let service: XcapService
export let xcap: XcapClient
export let contacts: Contacts

/** Called once at the top of a test file. */
export function setContactsWorld(): void {
  before(async () => {
    service = await startXcapService()
    const credentials = { username: 'alice', password: PASSWORD }
    xcap = createXcapClient({
      xcapRoot: `http://127.0.0.1:${service.port}/xcap-root`,
      credentials,
    })
    contacts = createContacts({ xcap, own: ALICE, clock: { now: () => 0 } })
  })
  after(() => service.end())
  afterEach(async () => {
    for (const uri of [LISTS, RULES]) await xcap.delete(uri).catch(() => undefined)
  })
}

export const LISTS = { auid: 'resource-lists', xui: ALICE, path: ['index'] }
export const RULES = { auid: 'pres-rules', xui: ALICE, path: ['index'] }

export const text = async (uri: typeof LISTS) =>
  new TextDecoder().decode((await xcap.get(uri)).body)
export const putLists = (inside: string) =>
  put(
    LISTS,
    'application/resource-lists+xml',
    `<?xml version="1.0"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${inside}</resource-lists>`,
  )
export const putRules = (inside: string) =>
  put(
    RULES,
    'application/auth-policy+xml',
    `<cr:ruleset xmlns:cr="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules" xmlns:ocp="urn:oma:xml:xdm:common-policy">${inside}</cr:ruleset>`,
  )
export const put = (uri: typeof LISTS, contentType: string, document: string) =>
  xcap.put(uri, { contentType, body: new TextEncoder().encode(document) })

/** `bob@example.com both friends` */
function summary({ address, relation, pendingOut, pendingIn, groups, handling }: Contact): string {
  const pending = [pendingOut && 'asked', pendingIn && 'wants']
  const words = [address.replace('sip:', ''), relation, ...pending, handling ?? '-', ...groups]
  return words.filter(Boolean).join(' ')
}

export async function listed(reports: Partial<ContactReports> = {}): Promise<string[]> {
  const all = await contacts.list(() => Promise.resolve({ ...NOTHING_REPORTED, ...reports }))
  return all.contacts.map(summary)
}
