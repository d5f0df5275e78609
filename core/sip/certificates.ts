/** What a TLS listener shows and what a TLS connection of ours trusts: both may be replaced while they are in use. RFC 3261 §26.3.1. */
import type { SecureContext, SecureContextOptions } from 'node:tls'

export interface ServerCertificates {
  /** The certificate for clients that name no server, or one that no certificate is for. */
  readonly usual: SecureContextOptions
  /** RFC 6066 §3. */
  contextFor(serverName: string): SecureContext
  /** From now on there are others; connections that are open stay as they are. */
  onReplaced(action: () => void): void
}

/** Certificates in PEM that a peer's may be signed by; undefined: those that Node trusts. */
export type TrustedCertificates = () => readonly (string | Buffer)[] | undefined

/** RFC 8996. */
export const OLDEST_TLS = 'TLSv1.2'

interface SecureServer {
  setSecureContext(options: SecureContextOptions): unknown
}

/** Options of a server of TLS or HTTPS; `follow` gives it later certificates too. */
export function serverOptions(certificates: ServerCertificates) {
  return {
    ...certificates.usual,
    minVersion: OLDEST_TLS,
    SNICallback(
      serverName: string,
      callback: (error: Error | null, context?: SecureContext) => void,
    ) {
      callback(null, certificates.contextFor(serverName))
    },
  } as const
}

export function follow(server: SecureServer, certificates: ServerCertificates): void {
  certificates.onReplaced(() => {
    server.setSecureContext({ ...certificates.usual, minVersion: OLDEST_TLS })
  })
}
