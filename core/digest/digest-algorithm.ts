/** The hash algorithms of Digest authentication. RFC 7616 §3.3, RFC 8760 §2.1. */

export type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256'

/**
 * Lower-case hexadecimal hash of text in which each character stands for one byte (0–255), as header fields arrive.
 * SHA-512-256 is the algorithm of that name (FIPS 180-4), not a shortened SHA-512.
 */
export type HashFunctions = Readonly<Record<DigestAlgorithm, (byteText: string) => string>>

const ALGORITHMS: readonly DigestAlgorithm[] = ['MD5', 'SHA-256', 'SHA-512-256']

/** The algorithm that a parameter names; MD5 when it names none. Undefined: unknown here, `-sess` among them. */
export function digestAlgorithm(parameter: string | undefined): DigestAlgorithm | undefined {
  if (parameter === undefined) return 'MD5'
  const name = parameter.toUpperCase()
  return ALGORITHMS.find((algorithm) => algorithm === name)
}
