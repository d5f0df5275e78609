/** Event package `presence`: composes what was published with the stored icon and the account's name. RFC 3856 §6. */
import { parsePidf, PIDF_MEDIA_TYPE, type PresenceDocument } from '../core/documents/pidf.ts'
import type { Reading } from '../core/documents/reading.ts'
import { readDocument } from '../core/documents/xml-reader.ts'
import {
  composePresence,
  essentialPresence,
  pendingPresence,
  politeBlockedPresence,
  serializePresence,
  type AnnouncedIcon,
  type ComposedPresence,
  type CompositionInputs,
  type PublishedPresence,
} from '../core/model/composition.ts'
import type { Domains } from '../core/model/domain.ts'
import { announcedIconUrl } from '../core/model/icon-announcement.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { defaultSubHandling } from '../core/model/presence-policy.ts'
import type { AccountStore, CurrentIcon, DocumentStore } from '../core/model/stores.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import { buildXcapUri } from '../core/uri/xcap-uri.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ComposedState, ComposerInput, EventPackage, PublishedState } from './event-package.ts'
import { withGoneIcons, type IsGoneIcon } from './gone-icons.ts'

export const PRESENCE = 'presence'

interface PresencePackageOptions {
  readonly documents: Pick<DocumentStore, 'currentIcon'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly icons: { readonly publicUrl: string }
  /** The first one stands in what is told. */
  readonly xcapRootUrls: readonly string[]
  readonly isGoneIcon: IsGoneIcon
}

export function createPresencePackage(options: PresencePackageOptions): EventPackage {
  const { accounts, documents, domains, isGoneIcon } = options
  return {
    name: PRESENCE,
    // RFC 3856 §6.4
    defaultDuration: 3600,
    // Exactly this: baresip answers 415 to a charset parameter.
    contentType: PIDF_MEDIA_TYPE,
    authorize: ({ aor, domain }, watcher) => defaultSubHandling(aor, domain, watcher, domains),
    compose: (resource) =>
      whenReady(documents.currentIcon(resource.presentity), (icon) =>
        whenReady(accounts.find(resource.presentity), (account) => {
          const inputs = compositionInputs(options, resource, icon, account?.name)
          return composed(resource.presentity, inputs, isGoneIcon)
        }),
      ),
    readPublication(body) {
      const reading = readPresence(body)
      return reading.error === undefined ? { state: reading.value } : { problem: reading.detail }
    },
  }
}

/** Whose presence it says it is does not matter: the Request-URI says it, and some phones write nothing or `pres:`. */
const ANY_ENTITY = 'pres:anybody'

function readPresence(body: string): Reading<PresenceDocument> {
  return readDocument(body, (root) => parsePidf(root, ANY_ENTITY))
}

function compositionInputs(
  options: PresencePackageOptions,
  { presentity, publications }: ComposerInput,
  icon: CurrentIcon | undefined,
  name: string | undefined,
): CompositionInputs {
  return {
    publications: [...publications].flatMap((one) => publishedPresence(one)),
    ...(icon ? { icon: announcedIcon(options, presentity, icon) } : {}),
    ...(name === undefined ? {} : { name }),
  }
}

function publishedPresence({ record, state }: PublishedState): PublishedPresence[] {
  const { publishedAt, tag } = record
  if (state) return [{ document: state as PresenceDocument, publishedAt, tag }]
  const reading = readPresence(record.body)
  // It was read when it was published, so it can be read again.
  return reading.error === undefined ? [{ document: reading.value, publishedAt, tag }] : []
}

function announcedIcon(
  { icons, xcapRootUrls }: PresencePackageOptions,
  presentity: Aor,
  { id, icon, token }: CurrentIcon,
): AnnouncedIcon {
  const path = id.path.split('/')
  return {
    url: announcedIconUrl(icons.publicUrl, token, icon.mediaType),
    presContentUrl: `${xcapRootUrls[0] ?? ''}${buildXcapUri({ auid: id.auid, xui: presentity, path })}`,
    sha1: icon.sha1,
  }
}

function composed(
  presentity: Aor,
  inputs: CompositionInputs,
  isGoneIcon: IsGoneIcon,
): MaybePromise<ComposedState> {
  const work = (isGone: (url: string) => boolean) =>
    composePresence(presentity, { ...inputs, isGoneIcon: isGone })
  return whenReady(withGoneIcons(isGoneIcon, work), (whole) => {
    const state: ComposedState = (handling, profile) => {
      if (handling === 'allow') return serialized(whole, profile)
      return serializePresence(unauthorized(presentity, handling), profile)
    }
    return state
  })
}

/** With the head of a NOTIFY it must fit into a datagram, in octets. */
const LONGEST_DOCUMENT = 60_000

function serialized(whole: ComposedPresence, profile: WatcherProfile): string {
  const text = serializePresence(whole, profile)
  if (Buffer.byteLength(text) <= LONGEST_DOCUMENT) return text
  return serializePresence(essentialPresence(whole), profile)
}

function unauthorized(presentity: Aor, handling: string): ComposedPresence {
  return handling === 'confirm' ? pendingPresence(presentity) : politeBlockedPresence(presentity)
}
