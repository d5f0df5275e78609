/** What a contact's avatar metadata announces, in today's form and in the early one, and which picture of it is taken. XEP-0084 §4.2. */
import {
  attributeOf,
  elementsOf,
  isNamed,
  type XmlElement,
} from '../../core/documents/xml-element.ts'

export interface AvatarInfo {
  /** SHA-1 of the picture, in lower-case hexadecimal. */
  readonly id: string
  /** What the sender claims: enough to refuse a picture for, never to believe one. */
  readonly bytes: number | undefined
  readonly pixels: number | undefined
  /** Absent: it lies at the data node. */
  readonly url: string | undefined
}

/** `off`: there is to be no picture. */
export type Announcement = 'off' | readonly AvatarInfo[]

/** Infos beyond these are not looked at. */
const MOST_INFOS = 16
const SHA1 = /^[0-9a-f]{40}$/i

/** Undefined: it is no metadata. Infos that no picture could be checked by are left out. */
export function readMetadata(element: XmlElement, node: string): Announcement | undefined {
  if (!isNamed(element, node, 'metadata')) return undefined
  const children = elementsOf(element).filter(({ namespace }) => namespace === node)
  // An empty element switches the avatar off, and so did <stop/>. XEP-0084 §3.5
  if (children.length === 0 || children.some(({ name }) => name === 'stop')) return 'off'
  return children
    .slice(0, MOST_INFOS)
    .filter(({ name }) => name === 'info')
    .flatMap(readInfo)
}

function readInfo(info: XmlElement): AvatarInfo[] {
  const id = attributeOf(info, 'id') ?? ''
  if (!SHA1.test(id)) return []
  const width = countOf(info, 'width')
  const height = countOf(info, 'height')
  return [
    {
      id: id.toLowerCase(),
      bytes: countOf(info, 'bytes'),
      pixels: width === undefined || height === undefined ? undefined : width * height,
      url: attributeOf(info, 'url'),
    },
  ]
}

function countOf(info: XmlElement, name: string): number | undefined {
  const text = attributeOf(info, name)
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/**
 * The picture to be fetched: at the data node before at a URL, and only of a size that would be taken.
 * Undefined: none of them can be.
 */
export function preferredInfo(
  infos: readonly AvatarInfo[],
  { limits, urls }: { limits: { bytes: number; pixels: number }; urls: boolean },
): AvatarInfo | undefined {
  const small = infos.filter(
    ({ bytes = 0, pixels = 0 }) => bytes <= limits.bytes && pixels <= limits.pixels,
  )
  const atNode = small.find(({ url }) => url === undefined)
  return atNode ?? (urls ? small[0] : undefined)
}
