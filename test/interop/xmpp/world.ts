/** The world of a test: an XMPP server with slixmpp for its people, and the built Visage as its component. */
import { parse } from 'yaml'
import { startVisage, type VisageProcess } from '../../support/visage-process.ts'
import { createProsody } from './prosody.ts'
import { createSipUser, type SipUser } from './sip-user.ts'
import { startXmppClients, type XmppClient, type XmppClients } from './xmpp-client.ts'
import {
  documentedConfiguration,
  OTHER_DOMAIN,
  SECRET,
  SIP_DOMAIN,
  withValues,
  XMPP_DOMAIN,
  type XmppServer,
  type XmppServerOptions,
} from './xmpp-server.ts'

/** Of every XMPP account. */
export const XMPP_PASSWORD = 'swordfish'

export interface World {
  readonly server: XmppServer
  readonly clients: XmppClients
  readonly visage: VisageProcess
  /** A user of the SIP domain, who must have been named. */
  user(name: string): SipUser
  /** Logs somebody in, asks for the roster and says that he is there. */
  logIn(jid: string, options?: LogIn): Promise<XmppClient>
  end(): Promise<void>
}

interface LogIn {
  readonly notify?: boolean
  readonly capable?: boolean
  /** `null`: says nothing of his presence. */
  readonly presence?: Parameters<XmppClient['presence']>[0] | null
}

export interface WorldOptions {
  /** SIP users, by their names. */
  readonly users: readonly string[]
  /** XMPP people: bare JIDs, or the names of those of the domain that may use the gateway. */
  readonly people: readonly string[]
  /** Of the section `xmpp`. */
  readonly xmpp?: Record<string, unknown>
  /** Of the rest. */
  readonly config?: Record<string, unknown>
  /** SIP domains of other servers that are components, too. */
  readonly farDomains?: readonly string[]
  readonly createServer?: (options: XmppServerOptions) => Promise<XmppServer>
}

/** Where a part cannot be started, those before it are ended. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const ends: (() => Promise<unknown>)[] = []
  const end = async () => {
    for (const one of ends.splice(0).reverse()) await one()
  }
  try {
    return { ...(await startParts(options, ends)), end }
  } catch (error) {
    await end()
    throw error
  }
}

/** `ends` gets what ends each part. */
async function startParts(
  options: WorldOptions,
  ends: (() => Promise<unknown>)[],
): Promise<Omit<World, 'end'>> {
  const { users, people, farDomains = [], createServer = createProsody } = options
  const accounts = Object.fromEntries(people.map((name) => [jidOf(name), XMPP_PASSWORD]))
  const components = [SIP_DOMAIN, ...farDomains]
  const server = await createServer({ accounts, components })
  ends.push(() => server.end())
  await server.start()
  const clients = await startXmppClients(server.clientPort)
  ends.push(() => clients.stop())
  const visage = await startVisage({
    users: users.map((name) => `${name}@${SIP_DOMAIN}`),
    config: {
      domains: [{ name: SIP_DOMAIN, aliases: ['127.0.0.1'] }],
      presence: { defaultPolicy: 'allow', minExpires: '1s' },
      xmpp: {
        ...(await documentedSettings(server.componentPort)),
        component: components,
        ...options.xmpp,
      },
      ...options.config,
    },
  })
  ends.push(() => visage.end())
  const sip = new Map<string, SipUser>()
  for (const name of users) sip.set(name, await createSipUser(visage, name, SIP_DOMAIN))
  ends.push(() => Promise.all([...sip.values()].map((user) => user.end())))
  return {
    ...{ server, clients, visage },
    user: (name) => {
      const user = sip.get(name)
      if (!user) throw new Error(`nobody is called ${name}`)
      return user
    },
    logIn: async (jid, { presence = {}, ...how } = {}) => {
      const client = await clients.connect(jidOf(jid), XMPP_PASSWORD, how)
      await client.order('ask_roster')
      if (presence) await client.presence(presence)
      return client
    },
  }
}

/** The section `xmpp` that docs/xmpp.md gives, with the names and the port of the test. */
async function documentedSettings(port: number): Promise<Record<string, unknown>> {
  const [block = ''] = await documentedConfiguration('yaml')
  const values = {
    'a long random secret': SECRET,
    '5347': String(port),
    'xmpp.example': XMPP_DOMAIN,
    'sip.example': SIP_DOMAIN,
  }
  return (parse(withValues(block, values)) as { xmpp: Record<string, unknown> }).xmpp
}

/** `bob`, `bob/desk`, `bob@other.localhost/desk` */
function jidOf(name: string): string {
  if (name.includes('@')) return name
  const [local, resource] = name.split('/')
  return `${local}@${XMPP_DOMAIN}${resource === undefined ? '' : `/${resource}`}`
}

export const CAROL = `carol@${OTHER_DOMAIN}`
