/** The configuration's keys, their shapes and defaults. */
import { z } from 'zod'
import { directorySettings } from './directory/directory-settings.ts'
import {
  bytes,
  count,
  domainName,
  flag,
  host,
  hostPort,
  lifetime,
  list,
  network,
  oneOf,
  port,
  seconds,
  sipProxy,
  text,
  wait,
  webAddress,
  webOrigin,
} from './config-values.ts'

const policy = oneOf(['allow-domain', 'allow', 'confirm', 'block'])

const approval = oneOf(['off', 'required'])

/** Of one domain: of all its people together, and of each in place of limits.documentsPerUser and limits.bytesPerUser. */
const quota = z.strictObject({
  users: count(1).optional(),
  documents: count(1).optional(),
  bytes: bytes.optional(),
  documentsPerUser: count(1).optional(),
  bytesPerUser: bytes.optional(),
})

const domain = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  z.strictObject({
    name: domainName,
    realm: text.optional(),
    aliases: list(domainName).default([]),
    defaultPolicy: policy.optional(),
    externalAccounts: flag.default(false),
    lookup: flag.default(false),
    iconApproval: approval.optional(),
    quota: quota.optional(),
  }),
)

/** The first is for clients that ask for no name, or for one that none is for. */
const tls = list(z.strictObject({ certificate: text, key: text }), 1)

const httpListener = z.preprocess(
  (value) => (typeof value === 'string' ? { address: value } : value),
  z.strictObject({ address: hostPort, tls: tls.optional() }),
)

const admin = z.strictObject({
  listen: list(httpListener).optional(),
  // Of the changes that operators ask for.
  audit: z
    .strictObject({
      maxBytes: bytes.default(16 * 1024 * 1024),
      keep: lifetime.default(365 * 86_400),
    })
    .prefault({}),
})

const sipListener = z.preprocess(
  (value) => (typeof value === 'string' ? splitTransport(value) : value),
  z.strictObject({
    transport: oneOf(['udp', 'tcp', 'tls', 'ws', 'wss']),
    address: hostPort,
    advertise: text
      .regex(/^(\[[0-9a-f:.]+\]|[^\s:[\]/@]+)(:\d{1,5})?$/i, 'expected HOST or HOST:PORT')
      .optional(),
    tls: tls.optional(),
  }),
)

/** `udp:HOST:PORT` */
function splitTransport(value: string) {
  const colon = value.indexOf(':')
  return { transport: value.slice(0, colon), address: value.slice(colon + 1) }
}

const http = z.strictObject({
  listen: list(httpListener, 1).default([{ address: { host: '127.0.0.1', port: 8080 } }]),
  publicUrl: webAddress.optional(),
  xcapRoot: z
    .string('expected a path')
    .regex(/^(\/[\w.~-]+)+$/, 'expected a path as /xcap-root')
    .default('/xcap-root'),
  trustProxy: list(network).default([]),
  assertedFrom: list(network).default([]),
  resourceListServers: list(network).default([]),
  page: flag.default(true),
})

const sip = z.strictObject({
  listen: list(sipListener).default([
    { transport: 'udp', address: { host: '127.0.0.1', port: 5060 } },
    { transport: 'tcp', address: { host: '127.0.0.1', port: 5060 } },
  ]),
  digestAlgorithms: list(oneOf(['MD5', 'SHA-256', 'SHA-512-256']), 1).default(['MD5']),
  trustedPeers: list(network).default([]),
  registrar: flag.default(true),
  outboundProxy: sipProxy.optional(),
  outboundCredentials: z.strictObject({ username: text, password: text }).optional(),
  tls: tls.optional(),
  tlsCa: text.optional(),
  webSocketOrigins: list(webOrigin).default([]),
  batchedSystemCalls: oneOf(['auto', 'off']).default('auto'),
})

const icons = z.strictObject({
  publicUrl: webAddress.optional(),
  access: oneOf(['public', 'authenticated', 'rules']).default('public'),
  byAddress: oneOf(['off', 'authenticated', 'public']).default('off'),
  personPages: oneOf(['off', 'opt-in']).default('opt-in'),
  approval: approval.default('off'),
  maxBase64Bytes: bytes.default(300 * 1024),
  maxPixels: count(1).default(4096 * 4096),
  maxAge: seconds.default(86_400),
})

/** How long a browser stays signed in that is not used. */
const session = z.strictObject({
  lifetime: lifetime.default(3600),
  remembered: lifetime.default(30 * 86_400),
})

const presence = z.strictObject({
  defaultPolicy: policy.default('allow-domain'),
  minExpires: seconds.default(60),
  maxExpires: seconds.default(3600),
  throttle: seconds.default(0),
  iconWithStatusIcon: flag.default(true),
  fromRegistration: oneOf(['off', 'registrar', 'reg-event']).default('off'),
  dialogIdentities: flag.default(false),
})

/** The component of an XMPP server that contacts there reach our users by; off without `component`. */
const xmpp = z.strictObject({
  component: list(domainName).default([]),
  secret: text.optional(),
  host: host.default('127.0.0.1'),
  port: port.default(5347),
  domains: list(domainName).default([]),
  subscribeBack: flag.default(true),
  fetchPictures: flag.default(false),
})

const applicationUsage = z.strictObject({
  auid: z.string('expected an AUID').regex(/^[\w.-]+$/, 'expected letters, digits, dots, hyphens'),
  namespace: text,
  mediaType: z
    .string('expected a media type')
    .regex(/^[^\s/;]+\/[^\s/;]+$/, 'expected TYPE/SUBTYPE'),
  schema: text.exactOptional(),
})

/** Accounts that live elsewhere, of domains with `lookup`. */
const accounts = z.strictObject({
  lookupUrl: webAddress.optional(),
  lookupToken: text.optional(),
  lookupTokenFile: text.optional(),
  lookupTimeout: wait.default(2),
  lookupCache: seconds.default(60),
})

/** In the data folder, or in a database that several nodes share. */
const store = z.strictObject({
  type: oneOf(['level', 'postgres']).default('level'),
  url: text.optional(),
  urlFile: text.optional(),
  node: z
    .string('expected a name')
    .regex(/^[\w.-]{1,60}$/, 'expected up to 60 letters, digits, dots, hyphens')
    .optional(),
  backupBeforeUpgrade: flag.default(true),
})

/** How much one peer, and all of them together, may make the server keep. */
const limits = z.strictObject({
  httpConnections: count(1).default(10_000),
  sipConnections: count(1).default(10_000),
  sipConnectionsPerAddress: count(1).default(1_000),
  // Requests a second; 0: any number.
  sipRequestsPerSource: count(0).default(1_000),
  sipRequestsPerAccount: count(0).default(200),
  httpRequestsPerSource: count(0).default(1_000),
  httpRequestsPerAccount: count(0).default(100),
  // In ten minutes; 0: any number.
  uploadsPerSource: count(0).default(600),
  uploadsPerAccount: count(0).default(60),
  subscriptions: count(1).default(500_000),
  subscriptionsPerWatcher: count(1).default(5_000),
  publications: count(1).default(1_000_000),
  publicationsPerPresentity: count(1).default(32),
  bindingsPerAddress: count(1).default(32),
  backEndSubscriptions: count(1).default(10_000),
  backEndRequests: count(1).default(50),
  xmppContacts: count(1).default(200_000),
  xmppContactsPerUser: count(1).default(2_000),
  publishedBytes: bytes.default(64 * 1024),
  documentsPerUser: count(1).default(500),
  bytesPerUser: bytes.default(64 * 1024 * 1024),
  documentBytes: bytes.default(256 * 1024),
})

/** The end of the service: how long load balancers have to notice, and what was begun to finish. */
const shutdown = z.strictObject({
  announce: seconds.default(0),
  finish: seconds.default(10),
})

/** Processes that share the work. */
const MOST_WORKERS = 64
const workers = count(1).refine((value) => value <= MOST_WORKERS, `at most ${MOST_WORKERS} workers`)

export const configurationSchema = z.strictObject({
  domains: list(domain, 1),
  data: text.default('./data'),
  workers: workers.default(1),
  store: store.prefault({}),
  accounts: accounts.prefault({}),
  directory: directorySettings.prefault({}),
  http: http.prefault({}),
  sip: sip.prefault({}),
  // Where it is not said, the usual address is taken if it is free.
  admin: admin.prefault({}),
  icons: icons.prefault({}),
  presence: presence.prefault({}),
  session: session.prefault({}),
  xmpp: xmpp.prefault({}),
  applicationUsages: list(applicationUsage).default([]),
  limits: limits.prefault({}),
  shutdown: shutdown.prefault({}),
  log: z
    .strictObject({
      level: oneOf(['error', 'warn', 'info', 'debug']).default('info'),
      format: oneOf(['json', 'pretty']).optional(),
    })
    .prefault({}),
})
