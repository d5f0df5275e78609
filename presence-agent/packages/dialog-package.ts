/** Event package `dialog`: the calls of a user as phones and proxies publish them, for busy lamp fields. RFC 4235 §3. */
import { createHash } from 'node:crypto'
import {
  DIALOG_INFO_MEDIA_TYPE,
  parseDialogInfo,
  serializeDialogInfo,
  type Dialog,
  type DialogInfo,
} from '../../core/documents/dialog-info.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { Clock } from '../../core/model/clock.ts'
import { composeDialogs, type ComposedDialogs } from '../../core/model/composition-dialogs.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import { unfiltered, type Permissions } from '../../core/model/permissions.ts'
import type { DialogName } from '../../core/model/same-dialog.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createDialogMemory, type DialogMemory } from './dialog-memory.ts'
import { acceptDialogs } from './dialog-publication.ts'
import type {
  ComposedState,
  ComposerInput,
  PublicationPlace,
  PublishedDocument,
  PublishedPackage,
  PublishedState,
} from '../event-package.ts'
import type { Recompositions } from '../recompositions.ts'
import type { Resources } from '../resources.ts'

export const DIALOG = 'dialog'

interface DialogPackageOptions {
  /** Of presence: whose presence a watcher may see, of that one the calls too. */
  readonly authorize: Authorize
  readonly resources: Pick<Resources, 'find'>
  readonly recompositions: Pick<Recompositions, 'at'>
  /** `dialogIdentities`: whether others than the user see who is called. */
  readonly presence: { readonly dialogIdentities?: boolean }
  readonly clock: Clock
}

interface DialogPackage {
  readonly eventPackage: PublishedPackage
  /** Whether a call of the presentity is on. */
  readonly isOnThePhone: (presentity: Aor) => boolean
}

/** With the participants, and with what tells one call from others. */
const WHOLE: Permissions = { handling: 'allow', key: 'allow, with identities' }

export function createDialogPackage(options: DialogPackageOptions): DialogPackage {
  const { resources, recompositions, clock } = options
  const memory = createDialogMemory()

  function compose({ presentity, publications }: ComposerInput): ComposedDialogs {
    const documents = [...publications].flatMap(publishedDialogs)
    const reached = (dialog: DialogName) => memory.reached(presentity, dialog)
    return composeDialogs(documents, { now: clock.now(), reached, publicId })
  }

  const eventPackage: PublishedPackage = {
    name: DIALOG,
    // §3.4: of those who watch all dialogs of a user.
    defaultDuration: 3600,
    contentType: DIALOG_INFO_MEDIA_TYPE,
    authorize: (presentity, watcher) => authorize(options, presentity, watcher),
    changedBy: () => undefined,
    compose(resource) {
      const { presentity } = resource
      const { dialogs, changesAt } = compose(resource)
      if (changesAt !== undefined)
        recompositions.at({ eventPackage: DIALOG, presentity }, changesAt)
      return told(presentity, [...dialogs, ...memory.told(presentity, dialogs)])
    },
    readPublication(body) {
      const reading = readDialogs(body)
      return reading.error === undefined ? { state: reading.value } : { problem: reading.detail }
    },
    // A call that rings does not ring forever.
    isTimed: () => true,
    accept: (published, place) => accepted(memory, published, place),
    number: (document, version) => document.replace(NUMBER, `version="${version}"`),
  }

  function isOnThePhone(presentity: Aor): boolean {
    const publications = resources.find(DIALOG, presentity)?.publications
    if (!publications || publications.size === 0) return false
    const { dialogs } = compose({ presentity, publications: publications.values() })
    return dialogs.some(({ state }) => state === 'confirmed')
  }

  return { eventPackage, isOnThePhone }
}

type Authorize = PublishedPackage['authorize']

/** The phones of one user may know of each other's calls; others learn that there is one. §3.6 */
function authorize(
  { authorize: parent, presence }: DialogPackageOptions,
  ...[presentity, watcher]: Parameters<Authorize>
): ReturnType<Authorize> {
  const mayKnowWhom = watcher === presentity.aor || presence.dialogIdentities === true
  return whenReady(parent(presentity, watcher), ({ handling }) =>
    handling === 'allow' && mayKnowWhom ? WHOLE : unfiltered(handling),
  )
}

function accepted(
  memory: DialogMemory,
  { text, state }: PublishedDocument,
  { presentity, before }: PublicationPlace,
): PublishedDocument {
  const document = state as DialogInfo
  const last = before && publishedDialogs(before)[0]?.document
  const reached = (dialog: Dialog) => memory.reached(presentity, dialog)
  const whole = acceptDialogs(document, last, reached)
  // Calls that are told of one by one and never end must not pile up.
  const isTooLong = whole !== document && serializeDialogInfo(whole).length > LONGEST_DOCUMENT
  const kept = isTooLong ? acceptDialogs(document, undefined, reached) : whole
  memory.remember(presentity, kept.dialogs)
  return kept === document ? { text, state } : { text: serializeDialogInfo(kept), state: kept }
}

/** With the head of a NOTIFY it must fit into a datagram, in octets. */
const LONGEST_DOCUMENT = 60_000

/** In what is told the version comes first, and once. */
const NUMBER = 'version="0"'

function told(presentity: Aor, dialogs: readonly Dialog[]): ComposedState {
  return ({ handling, key }) => {
    const visible = handling === 'allow' ? dialogs : []
    const brief = () => documentOf(presentity, visible.map(withoutIdentities))
    if (key !== WHOLE.key) return brief()
    const whole = documentOf(presentity, visible)
    return Buffer.byteLength(whole) > LONGEST_DOCUMENT ? brief() : whole
  }
}

function documentOf(entity: Aor, dialogs: readonly Dialog[]): string {
  return serializeDialogInfo({ version: 0, state: 'full', entity, dialogs, extensions: [] })
}

/** That there is a call, which way and how far it is: no more than one who calls would find out. §3.6 */
function withoutIdentities({ id, direction, state }: Dialog): Dialog {
  return { id, ...(direction ? { direction } : {}), state, details: [] }
}

function publishedDialogs({ record, state }: PublishedState) {
  const { publishedAt, id } = record
  if (state) return [{ document: state as DialogInfo, publishedAt, id }]
  const reading = readDialogs(record.body)
  // It was read when it was published, so it can be read again.
  return reading.error === undefined ? [{ document: reading.value, publishedAt, id }] : []
}

function readDialogs(body: string) {
  return readDocument(body, parseDialogInfo)
}

const ID_LENGTH = 16

/** Kamailio's ids are Call-IDs, which are nobody else's affair. */
function publicId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, ID_LENGTH)
}
