/** Which of two media types a client would rather have. RFC 9110 §12.5.1. */

interface MediaRange {
  readonly type: string
  readonly quality: number
}

/** The second only when the client says that it prefers it. */
export function preferred<First extends string, Second extends string>(
  accept: string | undefined,
  first: First,
  second: Second,
): First | Second {
  if (accept === undefined || accept === '*/*') return first
  const ranges = parseAccept(accept)
  return qualityOf(second, ranges) > qualityOf(first, ranges) ? second : first
}

function parseAccept(accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    const quality = weight === undefined ? 1 : Number(weight.slice(2))
    return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 }
  })
}

/** The most specific range that speaks of the type decides. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const family = `${type.slice(0, type.indexOf('/'))}/*`
  for (const candidate of [type, family, '*/*']) {
    const range = ranges.find((one) => one.type === candidate)
    if (range) return range.quality
  }
  return 0
}
