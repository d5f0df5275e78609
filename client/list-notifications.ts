/** List notifications: what one NOTIFY of a resource list tells of its members. RFC 4662 §4.6, §5. */
import { PIDF_MEDIA_TYPE } from '../core/documents/pidf.ts'
import {
  parseRlmi,
  RLMI_MEDIA_TYPE,
  type ListedResource,
  type ResourceInstance,
  type ResourceListInfo,
} from '../core/documents/rlmi.ts'
import { bodyParts, mediaTypeOf, mediaTypeParameter, type BodyPart } from './multipart-related.ts'
import { presenceFromPidf } from './presence-document.ts'
import { NOTHING_KNOWN, type Presence, type PresenceNotification } from './presence.ts'
import type { NotifyBody } from './subscribe-dialog.ts'
import { readDocument } from './xml-reader.ts'

type MemberNotification = Omit<PresenceNotification, 'time' | 'list'>

interface ReadList {
  readonly members: readonly MemberNotification[]
  /** A document before this one was lost. */
  readonly incomplete: boolean
}

export interface ListReader {
  /** Of a multipart body. What cannot be read tells nothing. */
  read(body: NotifyBody): ReadList
}

/** Members; what is known of those beyond is not kept for a NOTIFY that does not repeat it. */
const MOST_KNOWN = 10_000

const NOTHING: ReadList = { members: [], incomplete: false }

export function createListReader(): ListReader {
  /** What is known of each member, by its address. */
  const known = new Map<string, Presence>()
  let version = -1

  function member(resource: ListedResource, parts: PresenceParts): MemberNotification[] {
    const { uri, names } = resource
    const instance = foremost(resource.instances)
    const before = known.get(uri)
    // A long list names everybody at first, and tells of some only later: what was known stands until then.
    if (!instance && before) return []
    const presence = parts(instance?.cid) ?? before ?? NOTHING_KNOWN
    if (before || known.size < MOST_KNOWN) known.set(uri, presence)
    const name = names[0]?.text
    return [
      {
        presentity: uri,
        ...(name === undefined ? {} : { name }),
        // Without an instance nobody knows yet how the subscription stands. RFC 4662 §5.4
        subscription: instance?.state ?? 'pending',
        ...(instance?.reason === undefined ? {} : { reason: instance.reason }),
        ...presence,
      },
    ]
  }

  return {
    read(body) {
      const parts = bodyParts(body.type, body.text)
      const info = listInfo(body.type, parts)
      if (!info) return NOTHING
      // An older document than the last is discarded, after a gap everything is asked for. RFC 4662 §5.2
      if (!info.fullState && info.version <= version) return NOTHING
      const incomplete = !info.fullState && info.version > version + 1
      version = info.version
      if (info.fullState) forgetAbsent(known, info)
      const presences = presencesIn(parts)
      const members = info.resources.flatMap((resource) => member(resource, presences))
      return { members, incomplete }
    },
  }
}

/** The root is what `start` names, else the first part. RFC 2387 §3.2. */
function listInfo(contentType: string, parts: readonly BodyPart[]): ResourceListInfo | undefined {
  const start = mediaTypeParameter(contentType, 'start')?.replace(/^<(.*)>$/, '$1')
  const root = parts.find(({ id }) => start !== undefined && id === start) ?? parts[0]
  if (!root || mediaTypeOf(root.type) !== RLMI_MEDIA_TYPE) return undefined
  const reading = readDocument(root.text, parseRlmi)
  return reading.error === undefined ? reading.value : undefined
}

/** Who has several subscriptions to a member is best served by one that stands. */
function foremost(instances: readonly ResourceInstance[]): ResourceInstance | undefined {
  return instances.find(({ state }) => state === 'active') ?? instances[0]
}

/** By Content-ID. */
type PresenceParts = (id: string | undefined) => Presence | undefined

/** Each part is looked for and read once, however many name it. */
function presencesIn(parts: readonly BodyPart[]): PresenceParts {
  // Of several with one Content-ID the first counts.
  const unread = new Map(parts.toReversed().map((part) => [part.id, part]))
  const read = new Map<string, Presence | undefined>()
  return (id) => {
    const part = id === undefined ? undefined : unread.get(id)
    if (id === undefined || !part) return undefined
    if (!read.has(id)) {
      const isPidf = mediaTypeOf(part.type) === PIDF_MEDIA_TYPE
      read.set(id, isPidf ? presenceFromPidf(part.text) : undefined)
    }
    return read.get(id)
  }
}

function forgetAbsent(known: Map<string, Presence>, { resources }: ResourceListInfo): void {
  const present = new Set(resources.map(({ uri }) => uri))
  for (const uri of known.keys()) if (!present.has(uri)) known.delete(uri)
}
