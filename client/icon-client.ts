/** Icon client: puts, gets, deletes and lists a person's status icons. OMA pres-content over XCAP. */
import {
  parsePresContent,
  PRES_CONTENT_MEDIA_TYPE,
  serializePresContent,
} from '../core/documents/pres-content.ts'
import { unlessAborted, type Abortable } from './abortable.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { newIconName, type IconImage, type PrepareImage } from './icon-image.ts'
import type { XcapAnswer, XcapClient } from './xcap-client.ts'
import { getXcapDirectory, pathInHome } from './xcap-directory.ts'
import { readDocument } from './xml-reader.ts'

export interface IconClient {
  /** At most 256 × 256 pixels and without metadata, unless `original`. A new icon gets a name of its own. */
  put(
    bytes: Uint8Array,
    options?: Abortable & { original?: boolean; name?: string },
  ): Promise<PutIcon>
  get(name: string, options?: Abortable): Promise<GotIcon>
  delete(name: string, options?: Abortable): Promise<XcapAnswer>
  list(options?: Abortable): Promise<readonly ListedIcon[]>
}

export interface PutIcon {
  readonly name: string
  readonly image: IconImage
  readonly answer: XcapAnswer
}

export interface GotIcon extends IconImage {
  readonly answer: XcapAnswer
}

export interface ListedIcon {
  readonly name: string
  readonly url: string
  /** Without quotes. */
  readonly etag: string
}

export class IconError extends Error {
  override readonly name = 'IconError'
}

const AUID = 'oma_status-icon'
const OMA_AUID = 'org.openmobilealliance.pres-content'
const MAX_BASE64 = 300 * 1024

/** `xui`: whose icons, as `sip:alice@example.com`. */
export function createIconClient({
  xcap,
  xui,
  prepare,
}: {
  xcap: XcapClient
  xui: string
  prepare: PrepareImage
}): IconClient {
  const uriOf = (name: string) => ({ auid: AUID, xui, path: [name] })
  return {
    put: async (bytes, { original = false, name: wanted, signal } = {}) => {
      const image = await unlessAborted(prepare(bytes, { original }), signal)
      const name = wanted ?? newIconName(image.mediaType)
      const content = { contentType: PRES_CONTENT_MEDIA_TYPE, body: presContent(image) }
      return { name, image, answer: await xcap.put(uriOf(name), content, { signal }) }
    },
    get: async (name, { signal } = {}) => {
      const accept = `image/*, ${PRES_CONTENT_MEDIA_TYPE};q=0.5`
      const answer = await xcap.get(uriOf(name), { accept, signal })
      return { ...imageOf(answer), answer }
    },
    delete: (name, { signal } = {}) => xcap.delete(uriOf(name), { signal }),
    list: async (options) => {
      const { folders } = await getXcapDirectory(xcap, xui, options)
      // Servers that know only the OMA path list icons in a folder inside that usage.
      const own = folders.some(({ auid }) => auid === AUID)
      const prefix = own ? '' : `${AUID}/`
      const folder = folders.find(({ auid }) => auid === (own ? AUID : OMA_AUID))
      return (folder?.entries ?? [])
        .map(({ uri, etag }) => ({ path: pathInHome(uri), url: uri, etag }))
        .filter(({ path }) => path.startsWith(prefix))
        .map(({ path, url, etag }) => ({ name: path.slice(prefix.length), url, etag }))
    },
  }
}

function presContent({ mediaType, bytes }: IconImage): Uint8Array {
  const data = toBase64(bytes)
  if (data.length > MAX_BASE64) {
    const size = Math.ceil(data.length / 1024)
    throw new IconError(`the image is too large: ${size} KiB encoded, at most 300 KiB`)
  }
  const labels = { mimeType: mediaType, encoding: 'base64', data }
  const none = { descriptions: [], attributes: [], extensions: [] }
  return new TextEncoder().encode(serializePresContent({ ...labels, ...none }))
}

/** A raw image, or the XML that carries it: servers answer with either. */
function imageOf({ contentType = '', body }: XcapAnswer): IconImage {
  if (contentType !== PRES_CONTENT_MEDIA_TYPE) return { mediaType: contentType, bytes: body }
  const content = readDocument(new TextDecoder().decode(body), parsePresContent)
  if (content.error !== undefined) throw new IconError(content.detail)
  const bytes = fromBase64(content.value.data)
  if (!bytes) throw new IconError('the icon is not base64')
  return { mediaType: content.value.mimeType ?? '', bytes }
}
