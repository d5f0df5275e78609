/**
 * Entity tag: names one version of a document or publication. Opaque.
 * HTTP prints it quoted as ETag (RFC 9110 §8.8.3), SIP bare as SIP-ETag (RFC 3903 §11.3.1).
 */

declare const brand: unique symbol
export type EntityTag = string & { readonly [brand]: 'EntityTag' }

/** Takes a tag that this service made before, from a store or from a request that names it. */
export function entityTag(text: string): EntityTag {
  return text as EntityTag
}

/** A tag that was never used before: 128 random bits in hexadecimal, so a token on both wires. */
export function newEntityTag(): EntityTag {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text as EntityTag
}
