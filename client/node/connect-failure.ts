/** Why a server could not be connected to, in words for the person. */

export function connectFailure(name: string, error: unknown): string {
  const { name: kind, code } = error as { name?: string; code?: string }
  if (kind === 'AbortError') return `${name} does not answer`
  if (code === 'ECONNREFUSED') return `nothing listens at ${name}`
  const reason = error instanceof Error ? error.message : String(error)
  // With --ca or NODE_EXTRA_CA_CERTS they would be.
  if (isUntrusted(code)) return `${name} shows a certificate that is not trusted: ${reason} (--ca)`
  return `${name} cannot be reached: ${reason}`
}

/** OpenSSL's names for what has no known authority above it. */
function isUntrusted(code: string | undefined): boolean {
  return /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)/.test(code ?? '')
}
