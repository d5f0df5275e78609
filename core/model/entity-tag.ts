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

const TAG_BYTES = 16
/** Randomness is fetched by the page: a call for every tag costs more than the tag. */
const pool = Buffer.alloc(TAG_BYTES * 256)
let used = pool.length

/** A tag that was never used before: 128 random bits in hexadecimal, so a token on both wires. */
export function newEntityTag(): EntityTag {
  if (used === pool.length) {
    globalThis.crypto.getRandomValues(pool)
    used = 0
  }
  used += TAG_BYTES
  return pool.toString('hex', used - TAG_BYTES, used) as EntityTag
}
