/** Certificate and key of a listener, read once at the start. */
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigurationError } from './config-problems.ts'
import type { Configuration } from './configuration.ts'

export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/** By the listener's number; undefined where it speaks plain HTTP. Throws ConfigurationError. */
export function readTlsFiles({ http }: Configuration): (TlsFiles | undefined)[] {
  return http.listen.map(({ tls }, index) => {
    if (!tls) return undefined
    const path = `http.listen[${index}].tls`
    const files = {
      cert: read(tls.certificate, `${path}.certificate`),
      key: read(tls.key, `${path}.key`),
    }
    try {
      createSecureContext(files)
    } catch (error) {
      const { message } = error as Error
      throw new ConfigurationError([`${path}: certificate and key do not fit (${message})`])
    }
    return files
  })
}

function read(file: string, path: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ConfigurationError([`${path}: ${(error as Error).message}`])
  }
}
