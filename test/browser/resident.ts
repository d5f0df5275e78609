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
import { PASSWORD, type VisageProcess } from '../support/visage-process.ts'

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

export function resident(
  t: Pick<TestContext, 'after'>,
  visage: VisageProcess,
  user: string,
): Resident {
  const address = `sip:${user}@localhost`
  const credentials = { username: user, password: PASSWORD }
  const xcap = createXcapClient({ xcapRoot: visage.xcapRoot, credentials })
  const presence = createPresenceClient({
    account: address,
    password: PASSWORD,
    transport: sipTransportTo({ transport: 'tcp', host: '127.0.0.1', port: visage.sipPort }),
  })
  t.after(() => presence.close())
  return {
    address,
    icons: createIconClient({ xcap, xui: address, prepare: asItIs }),
    presence,
    putContacts: async (contacts) => {
      const content = {
        contentType: 'application/resource-lists+xml',
        body: new TextEncoder().encode(resourceLists(contacts)),
      }
      await xcap.put({ auid: 'resource-lists', xui: address, path: ['index'] }, content)
    },
  }
}

const asItIs = (bytes: Uint8Array) => Promise.resolve({ mediaType: 'image/png', bytes })

/** RFC 4826 §3: one list for each group. */
function resourceLists(contacts: readonly ListedContact[]): string {
  const groups = [...new Set(contacts.map(({ group }) => group))]
  const entries = (group: string) =>
    contacts
      .filter((contact) => contact.group === group)
      .map(
        ({ user, name }) =>
          `<entry uri="sip:${user}@localhost"><display-name>${name}</display-name></entry>`,
      )
      .join('')
  const lists = groups.map((group) => `<list name="${group}">${entries(group)}</list>`).join('')
  return `<?xml version="1.0" encoding="UTF-8"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${lists}</resource-lists>`
}
