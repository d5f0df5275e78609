/** Certificates of one listener: read from files, chosen by the name that the client asks for, read again when asked. RFC 6066 §3. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { OLDEST_TLS, type ServerCertificates } from '../core/sip/certificates.ts'

/** Paths. The certificate may be followed by those that it is signed by. */
export interface CertificatePaths {
  readonly certificate: string
  readonly key: string
}

export interface CertificateFiles extends ServerCertificates {
  /** Throws an Error that says what is wrong; then everything stays as it was. */
  readonly reload: () => void
}

interface Pair {
  readonly cert: Buffer
  readonly key: Buffer
  readonly names: X509Certificate
  readonly context: SecureContext
}

/** The first is for clients that name nobody we know. Throws as `reload` does; `path`: where they are configured. */
export function readCertificateFiles(
  files: readonly CertificatePaths[],
  path: string,
): CertificateFiles {
  const read = () =>
    files.map((paths, index) => readPair(paths, files.length > 1 ? `${path}[${index}]` : path))
  const listeners: (() => void)[] = []
  let pairs = read()
  return {
    get usual() {
      const { cert, key } = pairs[0] ?? {}
      return { cert, key }
    },
    contextFor(serverName) {
      const named = pairs.find(({ names }) => names.checkHost(serverName) !== undefined)
      const found = named ?? pairs[0]
      if (!found) throw new Error(`${path}: no certificate`)
      return found.context
    },
    onReplaced(action) {
      listeners.push(action)
    },
    reload() {
      pairs = read()
      for (const action of listeners) action()
    },
  }
}

function readPair(paths: CertificatePaths, path: string): Pair {
  const cert = readFile(paths.certificate, `${path}.certificate`)
  const key = readFile(paths.key, `${path}.key`)
  try {
    const context = createSecureContext({ cert, key, minVersion: OLDEST_TLS })
    return { cert, key, names: new X509Certificate(cert), context }
  } catch (error) {
    const { message } = error as Error
    throw new Error(`${path}: certificate and key do not fit (${message})`)
  }
}

function readFile(file: string, path: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`)
  }
}
