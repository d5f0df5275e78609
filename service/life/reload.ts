/** Reads configuration and certificates again, here and in the other workers; or nothing at all, where something is wrong. */
import type { Log } from '../../core/model/log.ts'
import type { Configuration } from '../configuration.ts'
import type { Reloaded, Settings } from './settings.ts'

interface ReloadParts {
  readonly settings: Pick<Settings, 'use'>
  /** From where it was read at the start. Throws ConfigurationError. */
  readonly readAgain: () => Configuration
  readonly reloadCertificates: () => void
  readonly tellOthers: () => void
  readonly log: Log
}

/** The result throws ConfigurationError, with everything that is wrong; then nothing has changed. */
export function createReload(parts: ReloadParts): () => Reloaded {
  const { settings, readAgain, reloadCertificates, tellOthers, log } = parts
  return () => {
    const next = readAgain()
    reloadCertificates()
    const reloaded = settings.use(next)
    tellOthers()
    log.info({ changed: reloaded.changed }, 'configuration read again')
    const { needRestart } = reloaded
    if (needRestart.length > 0) log.warn({ needRestart }, 'cannot be changed while running')
    return reloaded
  }
}
