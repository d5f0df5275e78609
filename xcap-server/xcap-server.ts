/** The XCAP server and its icon routes, as one request listener. RFC 4825. */
import type { RequestListener } from 'node:http'
import { DEFAULT_XML_LIMITS } from '../core/documents/xml-reader.ts'
import { measure } from '../core/images/image-measure.ts'
import { createAnnouncedIcons } from './announced-icons.ts'
import { createAnswer } from './answer.ts'
import { createAuthorization } from './authorization.ts'
import { createDocumentLocator } from './document-locator.ts'
import { createOwnerFinder } from './document-owner.ts'
import { createDocumentReads } from './document-reads.ts'
import { createDocumentWrites } from './document-writes.ts'
import { createErrorReplies } from './error-replies.ts'
import { createIconContents } from './icon-content.ts'
import { createIconForm } from './icon-form.ts'
import { createIconRepresentations } from './icon-representations.ts'
import { createIdentification } from './identification.ts'
import { createListener } from './listener.ts'
import { createRepresentationCache } from './representation-cache.ts'
import type { Resource } from './resources.ts'
import { createReplySender } from './send-reply.ts'
import { loadUsages, type Usages } from './usages.ts'
import type { XcapServerOptions } from './xcap-server-options.ts'

export interface XcapServer {
  /** Takes every request; of paths that it does not know it says 404. */
  readonly listener: RequestListener
  /** Lets go of the change feed and of compiled schemas. */
  close(): void
}

/** Bytes of icons and documents that are kept ready to be sent. */
const CACHE_BYTES = 64 * 1024 * 1024

/** Rejects when a configured schema cannot be read. */
export async function createXcapServer(options: XcapServerOptions): Promise<XcapServer> {
  const { documents, changes, clock, log, extend } = options
  const icons = createIconParts(options)
  const usages = await loadUsages({ ...options, ...icons })
  const answer = createAnswer({
    send: createReplySender({ server: `Visage/${options.version}` }),
    errorReply: createErrorReplies({ log }),
    clock,
  })
  const resources = createResources({ ...options, documents }, icons, usages)
  const unsubscribe = changes.subscribe((change) => {
    if (change.kind === 'document' && change.before) icons.representations.forget(change.before)
  })
  return {
    listener: createListener({ resources, answer, ...(extend && { extend }) }),
    close: () => {
      unsubscribe()
      usages.dispose()
    },
  }
}

function createIconParts({ documents, icons, iconTokenKey }: XcapServerOptions) {
  // A document may be as long as the longest icon needs to be refused with a reason.
  const maxBodyBytes = Math.max(DEFAULT_XML_LIMITS.maxLength, 2 * icons.limits.maxBase64Bytes)
  const xmlLimits = { ...DEFAULT_XML_LIMITS, maxLength: maxBodyBytes }
  const rules = { limits: icons.limits, measure }
  const visibility = icons.access === 'public' ? 'public' : 'private'
  return {
    maxBodyBytes,
    xmlLimits,
    readers: icons.access === 'public' ? ('everybody' as const) : ('users' as const),
    contents: createIconContents({ rules, xmlLimits, iconTokenKey }),
    representations: createIconRepresentations({
      documents,
      cache: createRepresentationCache({ capacity: CACHE_BYTES }),
      announcedCacheControl: `${visibility}, max-age=${icons.maxAge}, immutable`,
    }),
  }
}

function createResources(
  options: XcapServerOptions,
  icons: ReturnType<typeof createIconParts>,
  usages: Usages,
): Resource[] {
  const { xcapRoot, publicUrl } = options
  const findOwner = createOwnerFinder(options)
  const identify = createIdentification(options)
  const authorization = createAuthorization({ identify })
  const locate = createDocumentLocator({ xcapRoot, usages: usages.byName, findOwner })
  const parts = { ...options, ...icons, ...authorization, identify, findOwner, locate }
  const rootUrl = publicUrl + xcapRoot
  const writes = createDocumentWrites({ ...parts, rootUrl })
  const documents = { GET: createDocumentReads(parts), PUT: writes.put, DELETE: writes.delete }
  const form = createIconForm({
    ...parts,
    folder: '/icons',
    rootUrl,
    origins: [publicUrl, options.icons.publicUrl].map((url) => new URL(url).origin),
    maxImageBytes: Math.floor(options.icons.limits.maxBase64Bytes / 4) * 3,
  })
  return [
    { path: xcapRoot, methods: documents },
    { path: '/i', methods: { GET: createAnnouncedIcons(parts) } },
    { path: '/icons', methods: { POST: form } },
  ]
}
