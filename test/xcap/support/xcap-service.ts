/** An XCAP server over a real socket and a real store, with alice and bob in it. */
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ha1Credentials } from '../../../core/digest/account-credentials.ts'
import { createDigestAuthenticator } from '../../../core/digest/digest-authenticator.ts'
import { hmacSha256, nodeHashes } from '../../../core/digest/node-hashes.ts'
import { createImageResizer } from '../../../core/images/image-resizer.ts'
import type { Account, DigestAlgorithm } from '../../../core/model/account.ts'
import { createDomains, type Domain } from '../../../core/model/domain.ts'
import { silentLog } from '../../../core/model/log.ts'
import { DEFAULT_ICON_LIMITS } from '../../../core/model/status-icon.ts'
import type { OpenedStore } from '../../../core/model/opened-store.ts'
import { openLevelStore } from '../../../core/store/level-store.ts'
import { parseAor } from '../../../core/uri/aor.ts'
import type { IconOptions, XcapServerOptions } from '../../../xcap-server/xcap-server-options.ts'
import { createXcapServer } from '../../../xcap-server/xcap-server.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { createFindCredential } from '../../../service/find-credential.ts'
import { createXcapCaller, type XcapCaller } from './xcap-caller.ts'

export interface XcapService {
  readonly call: XcapCaller
  readonly port: number
  readonly store: OpenedStore
  readonly clock: ManualClock
  end(): Promise<void>
}

export type ServiceChanges = Partial<Omit<XcapServerOptions, 'icons'>> & {
  readonly icons?: Partial<IconOptions>
  readonly digestAlgorithms?: readonly DigestAlgorithm[]
}

export const PASSWORD = 'open sesame'

const domain = (name: string, more: Partial<Domain> = {}): Domain => ({
  name,
  realm: name,
  aliases: [],
  defaultPolicy: 'allow-domain',
  externalAccounts: false,
  ...more,
})

const DOMAINS = createDomains([
  domain('example.com', { aliases: ['alias.example'] }),
  domain('other.example', { realm: 'Other People' }),
  domain('outside.example', { externalAccounts: true }),
])

export async function startXcapService(changes: ServiceChanges = {}): Promise<XcapService> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-xcap-'))
  const clock = createManualClock()
  const store = await openLevelStore({ folder, clock, log: silentLog })
  await store.accounts.put(
    account('alice@example.com', 'example.com', ['tel:+4930123', '101@example.com']),
  )
  await store.accounts.put(account('bob@example.com', 'example.com'))
  await store.accounts.put(account('carol@other.example', 'Other People'))
  const server = http.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const endStore = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  const starting = createXcapServer(options({ store, clock, port, changes }))
  const xcap = await starting.catch(async (error: unknown) => {
    await endStore()
    throw error
  })
  server.on('request', xcap.listener)
  return {
    call: createXcapCaller({ port, password: PASSWORD }),
    port,
    store,
    clock,
    end: async () => {
      xcap.close()
      await endStore()
    },
  }
}

function options({
  store,
  clock,
  port,
  changes: { icons, digestAlgorithms, ...rest },
}: {
  store: OpenedStore
  clock: ManualClock
  port: number
  changes: ServiceChanges
}): XcapServerOptions {
  const publicUrl = `http://127.0.0.1:${port}`
  return {
    ...{ documents: store.documents, accounts: store.accounts, changes: store.changes },
    sessions: store.sessions,
    session: { lifetime: 3600, remembered: 30 * 86_400 },
    domains: DOMAINS,
    authenticator: createAuthenticator(store, clock, digestAlgorithms ?? ['MD5']),
    images: createImageResizer({ maxPixels: DEFAULT_ICON_LIMITS.maxPixels }),
    xcapRoot: '/xcap-root',
    publicUrl,
    icons: {
      publicUrl,
      access: 'public',
      byAddress: 'public',
      personPages: 'opt-in',
      limits: DEFAULT_ICON_LIMITS,
      maxAge: 86_400,
      ...icons,
    },
    applicationUsages: [],
    allowance: { documents: 500, bytes: 64 * 1024 * 1024 },
    documentBytes: 256 * 1024,
    resourceListServers: () => false,
    trustProxy: () => false,
    assertedFrom: () => false,
    iconTokenKey: new Uint8Array(32).fill(7),
    clock,
    log: silentLog,
    version: '0.0.0-test',
    ...rest,
  }
}

function createAuthenticator(
  store: OpenedStore,
  clock: ManualClock,
  algorithms: readonly DigestAlgorithm[],
) {
  return createDigestAuthenticator<Account>({
    hashes: nodeHashes,
    sign: hmacSha256(new Uint8Array(32).fill(9)),
    clock,
    algorithms,
    findCredential: createFindCredential(store),
  })
}

function account(address: string, realm: string, aliases: readonly string[] = []): Account {
  const [user = ''] = address.split('@')
  return {
    aor: parseAor(address)!,
    aliases: aliases.map((alias) => parseAor(alias)!),
    credentials: ha1Credentials({
      usernames: [user, address],
      realm,
      password: PASSWORD,
      algorithms: ['MD5', 'SHA-256', 'SHA-512-256'],
      hashes: nodeHashes,
    }),
  }
}
