/** Event package `presence`: composes what was published with the stored icon, hard state and the account's name. RFC 3856 §6. */
import { parsePidf, PIDF_MEDIA_TYPE, type PresenceDocument } from '../../core/documents/pidf.ts'
import type { Reading } from '../../core/documents/reading.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
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
} from '../../core/model/composition.ts'
import type { Clock } from '../../core/model/clock.ts'
import { PRES_CONTENT, type DocumentId } from '../../core/model/document-id.ts'
import type { Domains } from '../../core/model/domain.ts'
import { announcedIconUrl } from '../../core/model/icon-announcement.ts'
import type { Log } from '../../core/model/log.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import { filterPresence } from '../../core/model/presence-filter.ts'
import type { AccountStore, CurrentIcon, DocumentStore } from '../../core/model/stores.ts'
import type { WatcherProfile } from '../../core/model/watcher-profile.ts'
import { buildXcapUri } from '../../core/uri/xcap-uri.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type {
  ComposedState,
  ComposerInput,
  PublishedPackage,
  PublishedState,
} from '../event-package.ts'
import { DIALOG } from './dialog-package.ts'
import { withGoneIcons, type IsGoneIcon } from './gone-icons.ts'
import { createHardState } from './hard-state.ts'
import { PARTIAL_PIDF } from '../notify/partial-pidf.ts'
import type { Recompositions } from '../recompositions.ts'

const PRESENCE = 'presence'

export interface PresencePackageOptions {
  readonly documents: Pick<DocumentStore, 'currentIcon' | 'get'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Pick<Domains, 'of'>
  readonly authorize: PublishedPackage['authorize']
  readonly presence: {
    /** Whether CIPID's icon passes where rules let the status icon pass. */
    readonly iconWithStatusIcon: boolean
  }
  readonly icons: { readonly publicUrl: string }
  /** The first one stands in what is told. */
  readonly xcapRootUrls: readonly string[]
  readonly isGoneIcon: IsGoneIcon
  /** Whether a phone of the presentity is registered. */
  readonly isRegistered: (presentity: Aor) => boolean
  /** Whether a call of the presentity is on. */
  readonly isOnThePhone: (presentity: Aor) => boolean
  readonly recompositions: Pick<Recompositions, 'at'>
  readonly clock: Clock
  readonly log: Log
}

export function createPresencePackage(options: PresencePackageOptions): PublishedPackage {
  const { accounts, documents, authorize, log } = options
  const hardState = createHardState({ documents, read: readPresence, log })
  return {
    name: PRESENCE,
    // RFC 3856 §6.4
    defaultDuration: 3600,
    // Exactly this: baresip answers 415 to a charset parameter.
    contentType: PIDF_MEDIA_TYPE,
    partial: PARTIAL_PIDF,
    authorize,
    changedBy(change) {
      // The account's name is told.
      if (change.kind === 'account') return change.aor
      return hardState.changedBy(change.id) ?? iconOwner(change.id)
    },
    compose: (resource) =>
      whenReady(documents.currentIcon(resource.presentity), (icon) =>
        whenReady(accounts.find(resource.presentity), (account) =>
          whenReady(hardState.of(resource.presentity), (document) => {
            const { presentity } = resource
            if (account?.suspended) return composed(options, presentity, nothingShown(options))
            const stored = { icon, name: account?.name, hardState: document }
            return composed(options, presentity, compositionInputs(options, resource, stored))
          }),
        ),
      ),
    follows: [DIALOG],
    isTimed: ({ body }) => TIMES.test(body),
    readPublication(body) {
      const reading = readPresence(body)
      return reading.error === undefined ? { state: reading.value } : { problem: reading.detail }
    },
  }
}

/** Attributes of RPID that say how long something holds. RFC 4480 §3.1 */
const TIMES = /\s(?:from|until)\s*=/

/** Whose presence it says it is does not matter: the Request-URI says it, and some phones write nothing or `pres:`. */
const ANY_ENTITY = 'pres:anybody'

/** A new icon is told, published or not. */
function iconOwner({ auid, tree }: DocumentId): Aor | undefined {
  return auid === PRES_CONTENT && tree !== 'global' ? tree : undefined
}

function readPresence(body: string | Uint8Array): Reading<PresenceDocument> {
  return readDocument(body, (root) => parsePidf(root, ANY_ENTITY))
}

interface StoredPresence {
  readonly icon: CurrentIcon | undefined
  readonly name: string | undefined
  readonly hardState: PresenceDocument | undefined
}

/** Of somebody who is suspended: as if nothing had ever been said. */
function nothingShown({ clock }: PresencePackageOptions): CompositionInputs {
  return { publications: [], registered: false, onThePhone: false, now: clock.now() }
}

function compositionInputs(
  options: PresencePackageOptions,
  { presentity, publications }: ComposerInput,
  { icon, name, hardState }: StoredPresence,
): CompositionInputs {
  return {
    publications: [...publications].flatMap((one) => publishedPresence(one)),
    ...(icon ? { icon: announcedIcon(options, presentity, icon) } : {}),
    ...(name === undefined ? {} : { name }),
    ...(hardState ? { hardState } : {}),
    registered: options.isRegistered(presentity),
    onThePhone: options.isOnThePhone(presentity),
    now: options.clock.now(),
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
  { icons, domains, xcapRootUrls }: PresencePackageOptions,
  presentity: Aor,
  { id, icon, token }: CurrentIcon,
): AnnouncedIcon {
  const path = id.path.split('/')
  const xcapUri = buildXcapUri({ auid: id.auid, xui: presentity, path })
  return {
    url: announcedIconUrl(icons.publicUrl, token, icon.mediaType),
    // People of another network have no XCAP documents.
    presContentUrl: domains.of(presentity)?.isNeighbour
      ? undefined
      : `${xcapRootUrls[0] ?? ''}${xcapUri}`,
    sha1: icon.sha1,
  }
}

function composed(
  { isGoneIcon, presence, recompositions }: PresencePackageOptions,
  presentity: Aor,
  inputs: CompositionInputs,
): MaybePromise<ComposedState> {
  const work = (isGone: (url: string) => boolean) =>
    composePresence(presentity, { ...inputs, isGoneIcon: isGone })
  return whenReady(withGoneIcons(isGoneIcon, work), (whole) => {
    const { changesAt } = whole
    if (changesAt !== undefined)
      recompositions.at({ eventPackage: PRESENCE, presentity }, changesAt)
    const state: ComposedState = ({ handling, filter }, profile) => {
      if (handling !== 'allow') {
        return serializePresence(unauthorized(presentity, handling), profile)
      }
      return serialized(filter ? filterPresence(whole, filter, presence) : whole, profile)
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
