/** What the XCAP server needs from whoever starts it. */
import type { Express } from 'express'
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { ImageResizer } from '../core/images/image-resizer.ts'
import type { Account } from '../core/model/account.ts'
import type { ChangeFeed } from '../core/model/change-feed.ts'
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import type { MaySeeIcon } from '../core/model/presence-policy.ts'
import type { IconLimits } from '../core/model/status-icon.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { AccountStore, Allowance, DocumentStore, SessionStore } from '../core/model/stores.ts'
import type { ConfiguredUsage } from './application-usages/configured.ts'
import type { IsTrusted } from './forwarded.ts'
import type { MayUpload } from './upload-rate.ts'
import type { IsIconLocked } from './icon-lock.ts'
import type { SessionLifetimes } from './sessions.ts'

export interface XcapServerOptions {
  readonly documents: DocumentStore
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  /** How long browsers stay signed in. */
  readonly session: SessionLifetimes
  readonly changes: ChangeFeed
  readonly domains: Domains
  readonly authenticator: DigestAuthenticator<Account>
  readonly images: ImageResizer
  /** Path of the XCAP root, as `/xcap-root`. */
  readonly xcapRoot: string
  /** Scheme and host that clients reach the service at, no slash at the end. */
  readonly publicUrl: string
  readonly icons: IconOptions
  /** Whose icon somebody may see; absent: by the policy of the domain alone. */
  readonly maySeeIcon?: MaySeeIcon
  /** Whose icon only an administrator changes; absent: nobody's. */
  readonly isIconLocked?: IsIconLocked
  readonly applicationUsages: readonly ConfiguredUsage[]
  /** What one user may store, icons included. */
  readonly allowance: Allowance
  /** Longest document that carries no icon. */
  readonly documentBytes: number
  /** Whose X-Forwarded-* is believed. */
  readonly trustProxy: IsTrusted
  /** Whose X-3GPP-Asserted-Identity is believed. */
  readonly assertedFrom: IsTrusted
  /** Who reads the resource lists of everybody's services. RFC 4826 §4.4.8. */
  readonly resourceListServers: IsTrusted
  /** Whether an account may ask once more now; absent: always. */
  readonly mayAsk?: (account: Aor) => boolean
  /** Whether an account may store another icon now; absent: always. */
  readonly mayUpload?: MayUpload
  /** 32 bytes: the names of announced icons are made with it. */
  readonly iconTokenKey: Uint8Array
  readonly clock: Clock
  readonly log: Log
  /** Of the product, as the Server field says it. */
  readonly version: string
  /** Where the built page is; absent: `/` has none. */
  readonly pageFolder?: string | undefined
  /** Adds routes behind the server's own. */
  readonly extend?: (app: Express) => void
}

export interface IconOptions {
  /** Scheme and host of the announced icons, no slash at the end. */
  readonly publicUrl: string
  /** Who may GET an icon: everybody, whoever signs in, or whoever may see the presence of its owner. */
  readonly access: 'public' | 'authenticated' | 'rules'
  /** Who may GET `/icons/<address>`, which can be guessed. */
  readonly byAddress: 'off' | 'authenticated' | 'public'
  /** Whether people may have a public card at `/u/<address>`, and with it an icon at `/icons/<address>`. */
  readonly personPages: 'off' | 'opt-in'
  readonly limits: IconLimits
  /** Seconds for which an announced icon need not be asked for again. */
  readonly maxAge: number
}
