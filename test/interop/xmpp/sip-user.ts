/** A SIP user in tests: publishes, watches, keeps contacts, rules and icons. Over the wire, as a softphone does. */
import { createXcapClient, type XcapClient } from '../../../client/xcap-client.ts'
import { createContacts, type Contacts } from '../../../client/contacts.ts'
import { parseAor } from '../../../core/uri/aor.ts'
import { createPhone, type Phone } from '../../presence/phone.ts'
import { openSipClient } from '../../support/sip-client.ts'
import { PASSWORD, type VisageProcess } from '../../support/visage-process.ts'
import { startSipWatcher, type SipWatcher } from './sip-watcher.ts'

export interface SipUser {
  /** `sip:alice@sip.localhost` */
  readonly aor: string
  /** `alice@sip.localhost` */
  readonly jid: string
  readonly phone: Phone
  readonly xcap: XcapClient
  readonly contacts: Contacts
  /** In place of what was published before. Gives the status of the answer. */
  publish(document: string): Promise<number>
  /** The bytes as they are; her one icon. */
  putIcon(bytes: Uint8Array, mediaType?: string): Promise<void>
  removeIcon(): Promise<void>
  watch(
    aor: string,
    options?: { event?: string; expires?: number; headers?: readonly string[] },
  ): Promise<SipWatcher>
  end(): Promise<void>
}

const PIDF_SPACES =
  'xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" ' +
  'xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"'

/** A presence document of one tuple and, when activities are named, a person. */
export function presenceDocument(
  aor: string,
  basic: 'open' | 'closed',
  { activities = [], note }: { activities?: readonly string[]; note?: string } = {},
): string {
  const doing = activities.map((name) => `<rpid:${name}/>`).join('')
  const person =
    doing === '' ? '' : `<dm:person id="p1"><rpid:activities>${doing}</rpid:activities></dm:person>`
  const said = note === undefined ? '' : `<note xml:lang="en">${note}</note>`
  return (
    `<?xml version="1.0"?><presence ${PIDF_SPACES} entity="${aor}">` +
    `<tuple id="t1"><status><basic>${basic}</basic></status>${said}</tuple>${person}</presence>`
  )
}

export async function createSipUser(
  visage: VisageProcess,
  name: string,
  domain: string,
): Promise<SipUser> {
  const own = parseAor(`${name}@${domain}`)
  if (!own) throw new Error(`${name}@${domain} is no address`)
  const phone = createPhone(await openSipClient(visage.sipPort), name, domain, PASSWORD)
  const xcap = createXcapClient({
    xcapRoot: visage.xcapRoot,
    credentials: { username: `${name}@${domain}`, password: PASSWORD },
  })
  const icon = { auid: 'oma_status-icon', xui: own, path: ['face.png'] }
  const watchers: SipWatcher[] = []
  let tag: string | undefined
  return {
    aor: phone.aor,
    jid: `${name}@${domain}`,
    ...{ phone, xcap },
    contacts: createContacts({ xcap, own, clock: Date }),
    publish: async (document) => {
      const condition = tag === undefined ? [] : [`SIP-If-Match: ${tag}`]
      const answer = await phone.publish(document, ['Expires: 3600', ...condition])
      tag = answer.header('sip-etag')
      return answer.status
    },
    putIcon: async (body, contentType = 'image/png') => {
      await xcap.put(icon, { contentType, body })
    },
    removeIcon: async () => {
      await xcap.delete(icon)
    },
    watch: async (aor, options) => {
      const wire = await openSipClient(visage.sipPort)
      const watcher = await startSipWatcher(createPhone(wire, name, domain, PASSWORD), aor, options)
      watchers.push(watcher)
      return watcher
    },
    end: async () => {
      await Promise.all(watchers.map((watcher) => watcher.close()))
      await phone.client.close()
    },
  }
}
