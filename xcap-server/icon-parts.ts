/** What the parts that deal in icons share: rules, stored contents, forms to serve. */
import { DEFAULT_XML_LIMITS } from '../core/documents/xml-reader.ts'
import { measure } from '../core/images/image-measure.ts'
import type { Readers } from './application-usage.ts'
import { createFormImageReader, type ReadFormImage } from './form-image.ts'
import { createIconContents, type IconContents } from './icon-content.ts'
import { createIconRepresentations, type IconRepresentations } from './icon-representations.ts'
import { createRepresentationCache } from './representation-cache.ts'
import { createResizedIcons, type ResizedIcons } from './resized-icons.ts'
import type { XcapServerOptions } from './xcap-server-options.ts'

export interface IconParts {
  readonly maxIconDocumentBytes: number
  readonly readers: Readers
  readonly contents: IconContents
  readonly representations: IconRepresentations
  readonly resized: ResizedIcons
  readonly readImage: ReadFormImage
}

const READERS: Record<XcapServerOptions['icons']['access'], Readers> = {
  public: 'everybody',
  authenticated: 'users',
  rules: 'watchers',
}

/** Bytes that are kept ready to be sent: of icons as they are, and of smaller ones. */
const CACHE_BYTES = 48 * 1024 * 1024
const RESIZED_CACHE_BYTES = 16 * 1024 * 1024

export function createIconParts(options: XcapServerOptions): IconParts {
  const { icons, iconTokenKey } = options
  const { limits } = icons
  // A document may be longer than the longest icon, so that it can be refused with a reason.
  const maxIconDocumentBytes = Math.max(DEFAULT_XML_LIMITS.maxLength, 2 * limits.maxBase64Bytes)
  const xmlLimits = { ...DEFAULT_XML_LIMITS, maxLength: maxIconDocumentBytes }
  const visibility = icons.access === 'public' ? 'public' : 'private'
  return {
    maxIconDocumentBytes,
    readers: READERS[icons.access],
    contents: createIconContents({ rules: { limits, measure }, xmlLimits, iconTokenKey }),
    representations: createIconRepresentations({
      ...options,
      cache: createRepresentationCache({ capacity: CACHE_BYTES }),
      announcedCacheControl: `${visibility}, max-age=${icons.maxAge}, immutable`,
    }),
    resized: createResizedIcons({
      ...options,
      cache: createRepresentationCache({ capacity: RESIZED_CACHE_BYTES }),
    }),
    readImage: createFormImageReader({ maxBytes: Math.floor(limits.maxBase64Bytes / 4) * 3 }),
  }
}
