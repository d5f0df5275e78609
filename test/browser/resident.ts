/** Somebody whose program is not the page: stores, publishes and lists as any other client does. */
import type { TestContext } from 'node:test'
import {
  createIconClient,
  createPresenceClient,
  createXcapClient,
  type IconClient,
  type PresenceClient,
} from '../../client/index.ts'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import { PASSWORD } from '../support/visage-process.ts'
import type { Stage } from './stage.ts'

export interface Resident {
  readonly address: string
  readonly icons: IconClient
  readonly presence: PresenceClient
  /** Stores what is on the contact list, in place of what was. */
  putContacts(contacts: readonly ListedContact[]): Promise<void>
}

export interface ListedContact {
  readonly user: string
  readonly name: string
  readonly group: string
}

/** `named`: as the stage has its users. */
export function resident(
  t: Pick<TestContext, 'after'>,
  { visage, domain }: Stage,
  named: string,
): Resident {
  const addressOf = (user: string) => (user.includes('@') ? `sip:${user}` : `sip:${user}@${domain}`)
  const address = addressOf(named)
  const credentials = { username: named.split('@')[0] ?? '', password: PASSWORD }
  const xcap = createXcapClient({ xcapRoot: visage.xcapRoot, credentials })
  const presence = createPresenceClient({
    account: address,
    ...credentials,
    transport: sipTransportTo({ transport: 'tcp', host: '127.0.0.1', port: visage.sipPort }),
  })
  t.after(() => presence.close())
  return {
    address,
    icons: createIconClient({ xcap, xui: address, prepare: asItIs }),
    presence,
    putContacts: async (contacts) => {
      const listed = contacts.map(({ user, ...rest }) => ({ ...rest, address: addressOf(user) }))
      const content = {
        contentType: 'application/resource-lists+xml',
        body: new TextEncoder().encode(resourceLists(listed)),
      }
      await xcap.put({ auid: 'resource-lists', xui: address, path: ['index'] }, content)
    },
  }
}

const asItIs = (bytes: Uint8Array) => Promise.resolve({ mediaType: 'image/png', bytes })

/** RFC 4826 §3: one list for each group. */
function resourceLists(
  contacts: readonly (Omit<ListedContact, 'user'> & { readonly address: string })[],
): string {
  const groups = [...new Set(contacts.map(({ group }) => group))]
  const entries = (group: string) =>
    contacts
      .filter((contact) => contact.group === group)
      .map(
        ({ address, name }) =>
          `<entry uri="${address}"><display-name>${name}</display-name></entry>`,
      )
      .join('')
  const lists = groups.map((group) => `<list name="${group}">${entries(group)}</list>`).join('')
  return `<?xml version="1.0" encoding="UTF-8"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${lists}</resource-lists>`
}
