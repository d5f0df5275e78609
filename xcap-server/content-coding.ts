/** Which coding of a content a client would rather have. RFC 9110 §12.5.3. */

export type ContentCoding = 'br' | 'gzip'

/** Of those on offer, the server's favourite first; undefined: as it is. */
export function preferredCoding(
  acceptEncoding: string | undefined,
  offered: readonly ContentCoding[],
): ContentCoding | undefined {
  if (acceptEncoding === undefined) return undefined
  const qualities = readQualities(acceptEncoding)
  const qualityOf = (coding: ContentCoding) => qualities.get(coding) ?? qualities.get('*') ?? 0
  const [best] = offered
    .filter((coding) => qualityOf(coding) > 0)
    .sort((one, other) => qualityOf(other) - qualityOf(one))
  // Uncompressed costs more, so it is sent only to who says that they would rather have it.
  return best && qualityOf(best) >= (qualities.get('identity') ?? 0) ? best : undefined
}

function readQualities(field: string): Map<string, number> {
  const qualities = new Map<string, number>()
  for (const item of field.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    const quality = weight === undefined ? 1 : Number(weight.slice(2))
    qualities.set(coding, quality >= 0 && quality <= 1 ? quality : 0)
  }
  return qualities
}
