/** Multipart body: the parts that one message carries, by their Content-ID. RFC 2387, RFC 2046 §5.1. */

export const MULTIPART_RELATED = 'multipart/related'

export interface BodyPart {
  /** Without angle brackets; absent where the part has none. */
  readonly id: string | undefined
  /** Media type with its parameters. */
  readonly type: string
  readonly text: string
}

/** Lower case, without parameters. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase()
}

/** A parameter of a Content-Type, without quotes. */
export function mediaTypeParameter(contentType: string, name: string): string | undefined {
  const pattern = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, 'i')
  const match = pattern.exec(contentType)
  return match?.[1] ?? match?.[2]
}

/** What is no part is left out; without a boundary there is none. */
export function bodyParts(contentType: string, text: string): readonly BodyPart[] {
  const boundary = mediaTypeParameter(contentType, 'boundary')
  if (boundary === undefined) return []
  // What stands before the first delimiter and behind the last is nothing. RFC 2046 §5.1.1
  const [, ...rest] = `\r\n${text}`.split(`\r\n--${boundary}`)
  const end = rest.findIndex((piece) => piece.startsWith('--'))
  return rest.slice(0, end === -1 ? undefined : end).map(bodyPart)
}

function bodyPart(piece: string): BodyPart {
  // The delimiter's own line ends first.
  const lines = piece.slice(piece.indexOf('\r\n') + 2)
  const isHeadless = lines.startsWith('\r\n')
  const headEnd = isHeadless ? 0 : lines.indexOf('\r\n\r\n')
  const head = headEnd === -1 ? '' : lines.slice(0, headEnd)
  const text = lines.slice(isHeadless ? 2 : headEnd + 4)
  const id = headerField(head, 'content-id')
  return {
    id: id?.replace(/^<(.*)>$/, '$1'),
    type: headerField(head, 'content-type') ?? 'text/plain',
    text: headEnd === -1 ? '' : text,
  }
}

function headerField(head: string, name: string): string | undefined {
  for (const line of head.split(/\r\n(?![ \t])/)) {
    const colon = line.indexOf(':')
    if (line.slice(0, colon).trim().toLowerCase() === name) return line.slice(colon + 1).trim()
  }
  return undefined
}
