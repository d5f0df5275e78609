/** All certificates of the service: read at the start, and again when their files change or somebody says so. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { silentLog, type Log } from '../core/model/log.ts'
import type { ServerCertificates, TrustedCertificates } from '../core/sip/certificates.ts'
import { readCertificateFiles, type CertificatePaths } from './certificate-files.ts'
import { ConfigurationError } from './config-problems.ts'
import type { Configuration } from './configuration.ts'

export interface TlsFiles {
  /** By the listener's number; undefined where it speaks in clear. */
  readonly http: readonly (ServerCertificates | undefined)[]
  readonly sip: readonly (ServerCertificates | undefined)[]
  readonly admin: readonly (ServerCertificates | undefined)[]
  /** `sip.tlsCa` */
  readonly trusted: TrustedCertificates
  /** Reads them all again. What cannot be used is logged, and what was there stays. */
  readonly reload: () => void
  readonly close: () => void
}

/** A look at a file's status is cheap, and unlike notices it works for links, mounted secrets and every system. */
const LOOK_EVERY = 5_000

interface Entry {
  readonly files: readonly string[]
  readonly reload: () => void
}

/** Throws ConfigurationError. `lookEvery`: milliseconds between two looks at the files. */
export function openTlsFiles(
  { http, sip, admin }: Pick<Configuration, 'http' | 'sip'> & Partial<Pick<Configuration, 'admin'>>,
  { log, lookEvery = LOOK_EVERY }: { log: Log; lookEvery?: number },
): TlsFiles {
  const entries: Entry[] = []
  const certificates = (paths: readonly CertificatePaths[] | undefined, path: string) => {
    if (!paths) return undefined
    const read = orProblem(() => readCertificateFiles(paths, path))
    const files = paths.flatMap(({ certificate, key }) => [certificate, key])
    entries.push({ files, reload: read.reload })
    return read
  }
  const trusted = trustedOf(sip.tlsCa, entries)
  const opened = {
    trusted,
    http: http.listen.map(({ tls }, index) => certificates(tls, `http.listen[${index}].tls`)),
    admin: (admin?.listen ?? []).map(({ tls }, index) =>
      certificates(tls, `admin.listen[${index}].tls`),
    ),
    sip: sip.listen.map(({ transport, tls }, index) =>
      isSecure(transport)
        ? certificates(tls ?? sip.tls, tls ? `sip.listen[${index}].tls` : 'sip.tls')
        : undefined,
    ),
  }
  const unwatch = entries.flatMap((entry) => watch(entry, { log, lookEvery }))
  return {
    ...opened,
    reload() {
      for (const entry of entries) reloadEntry(entry, log)
    },
    close() {
      for (const end of unwatch) end()
    },
  }
}

/** Whether all of them can be used. Throws ConfigurationError. */
export function checkTlsFiles(
  configuration: Pick<Configuration, 'http' | 'sip'> & Partial<Pick<Configuration, 'admin'>>,
): void {
  openTlsFiles(configuration, { log: silentLog }).close()
}

export function isSecure(transport: string): boolean {
  return transport === 'tls' || transport === 'wss'
}

function trustedOf(file: string | undefined, entries: Entry[]): TrustedCertificates {
  if (file === undefined) return () => undefined
  let trusted = orProblem(() => [readFileSync(file)])
  entries.push({
    files: [file],
    reload() {
      trusted = [readFileSync(file)]
    },
  })
  return () => trusted
}

function watch({ files, reload }: Entry, { log, lookEvery }: { log: Log; lookEvery: number }) {
  return files.map((file) => {
    const changed = () => {
      reloadEntry({ files: [file], reload }, log)
    }
    watchFile(file, { interval: lookEvery, persistent: false }, changed)
    return () => {
      unwatchFile(file, changed)
    }
  })
}

/** Between a new certificate and its new key the two do not fit: the second change brings both. */
function reloadEntry({ files, reload }: Entry, log: Log): void {
  try {
    reload()
    log.info({ files }, 'certificates read again')
  } catch (error) {
    log.warn({ files, error: (error as Error).message }, 'certificates stay as they were')
  }
}

function orProblem<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new ConfigurationError([(error as Error).message])
  }
}
