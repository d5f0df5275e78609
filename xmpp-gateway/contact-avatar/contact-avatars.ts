/** The pictures of XMPP contacts as their SIP watchers are shown them: what is heard of them, and when they are asked for. XEP-0084, XEP-0153, RFC 4482 §3.4. */
import { createHmac, hash } from 'node:crypto'
import type { ImageResizer } from '../../core/images/image-resizer.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { IconHashes } from '../../core/model/stored-icon.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import { aorOfJid } from '../address/sip-address.ts'
import { PUBSUB_EVENT } from '../namespaces.ts'
import type { PairListener, Pairs } from '../pair.ts'
import type { MessageHandler, Streams } from '../streams.ts'
import { readAvatarEvent } from './avatar-event.ts'
import { createAvatarRequests } from './avatar-requests.ts'
import { createAvatarSources, type AvatarSources } from './avatar-sources.ts'
import { createContactIcons, type IsIconLocked } from './contact-icons.ts'
import { hearEvent, hearPhoto } from './contact-knowledge.ts'
import type { PictureTally } from './errand.ts'
import { createContactTable, type ContactTable } from './contact-table.ts'
import type { GuardedFetch } from './guarded-fetch.ts'
import { attendToLeftPictures } from './left-pictures.ts'
import { createPictureErrands } from './picture-errands.ts'

export interface ContactAvatars {
  /** What contacts' servers push. XEP-0163 §4.3 */
  readonly events: MessageHandler
  /** Since the start. */
  readonly counts: Readonly<PictureTally>
  close(): void
}

export interface ContactAvatarsOptions {
  readonly pairs: Pick<Pairs, 'find' | 'ofContact' | 'all' | 'follow'>
  readonly streams: Pick<Streams, 'request' | 'isOnline' | 'follow'>
  readonly documents: Pick<DocumentStore, 'get' | 'put' | 'delete' | 'iconOwners'>
  readonly domains: Pick<Domains, 'of'>
  readonly images: ImageResizer
  /** Absent: nobody's is. */
  readonly isIconLocked?: IsIconLocked | undefined
  /** The secret `icon-token`. */
  readonly iconTokenKey: Uint8Array
  /** Absent: pictures that lie at a URL are left alone. */
  readonly fetchPicture?: GuardedFetch | undefined
  readonly clock: Clock
  readonly log: Log
}

interface Parts extends ContactAvatarsOptions {
  readonly sources: AvatarSources
  readonly table: ContactTable
}

/** Follows pairs, loaded already, and streams until it is closed. */
export function createContactAvatars(options: ContactAvatarsOptions): ContactAvatars {
  const { pairs, streams, iconTokenKey } = options
  const icons = createContactIcons({ ...options, hashes: hashesWith(iconTokenKey) })
  const sources = createAvatarSources({ ...options, requests: createAvatarRequests(options) })
  const { run, counts } = createPictureErrands({ ...options, sources, icons })
  const table = createContactTable({ ...options, icons, run })
  const parts = { ...options, sources, table }
  const ends = [
    pairs.follow(pairListener(parts)),
    streams.follow({
      online: (domain) => {
        askAnew(parts, domain)
      },
    }),
  ]
  void attendToLeftPictures(parts)
  return {
    events: eventHandler(parts),
    counts,
    close() {
      for (const end of ends) end()
      table.close()
    },
  }
}

function hashesWith(key: Uint8Array): IconHashes {
  return {
    digest: (algorithm, bytes) => hash(algorithm, bytes, 'hex'),
    keyed: (text) => createHmac('sha256', key).update(text).digest(),
  }
}

function eventHandler({ pairs, sources, table, clock }: Parts): MessageHandler {
  return {
    namespace: PUBSUB_EVENT,
    name: 'event',
    take({ from, to, child }) {
      const contact = aorOfJid(from)
      const user = aorOfJid(to)
      // An account's PEP service speaks as its bare address. XEP-0163 §4.3.1
      if (!contact || !user || from.resource !== undefined) return
      if (pairs.find(user, contact)?.record.to !== 'granted') return
      const event = readAvatarEvent(child)
      if (!event) return
      const wanted = Array.isArray(event.said) ? sources.prefer(event.said) : undefined
      const known = table.of(contact)
      if (hearEvent(known, event, { wanted, now: clock.now() })) table.attend(contact)
    },
  }
}

function pairListener({
  table,
  clock,
}: Parts): Required<Pick<PairListener, 'authorized' | 'resource'>> {
  return {
    authorized({ record: { contact } }, before, after) {
      if (before?.to === after?.to) return
      // Also of one who is lost: events may have come in that user's name.
      if (after?.to === 'granted' || before?.to === 'granted') askFor(table, contact)
    },
    resource({ record, resources }, now, before) {
      if (!now || record.to !== 'granted') return
      const { contact } = record
      if (now.photo !== undefined) {
        if (hearPhoto(table.of(contact), now.photo, clock.now())) table.attend(contact)
      } else if (!before && resources.size === 1) {
        askWhoCame(table, contact, clock.now())
      }
    },
  }
}

/** Milliseconds in which several users may hear of the same arrival. */
const ARRIVAL = 60_000

/** His server may have sent no events while he was away, and his resource does not speak of pictures. */
function askWhoCame(table: ContactTable, contact: Aor, now: number): void {
  const known = table.of(contact)
  if (now - known.askedAt > ARRIVAL) askFor(table, contact)
}

/** Events that came while the stream was down are lost. */
function askAnew({ pairs, table }: Parts, domain: string): void {
  for (const { record } of pairs.all()) {
    if (record.to === 'granted' && aorDomain(record.user) === domain) askFor(table, record.contact)
  }
}

function askFor(table: ContactTable, contact: Aor): void {
  table.of(contact).isToBeAsked = true
  table.attend(contact)
}
