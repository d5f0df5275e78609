/** Reads configuration and certificates again, here and in the other workers; or nothing at all, where something is wrong. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { Configuration } from '../configuration.ts'
import type { Reloaded, Settings } from './settings.ts'

interface ReloadParts {
  readonly settings: Pick<Settings, 'use'>
  /** From where it was read at the start. Throws ConfigurationError. */
  readonly readAgain: () => Configuration
  /** Throws ConfigurationError. */
  readonly reloadCertificates: () => void
  readonly tellOthers: () => void
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

/** What became of the last time that it was asked for. */
export interface LastReload {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Everything that is wrong; absent: all of it is in force, but for `needRestart`. */
  readonly problem?: string
  readonly needRestart: readonly string[]
}

export interface Reload {
  /** Throws ConfigurationError, with everything that is wrong; then nothing has changed. */
  readonly reload: () => Reloaded
  /** Undefined: what was read at the start is in force. */
  readonly last: () => LastReload | undefined
}

export function createReload(parts: ReloadParts): Reload {
  const { clock } = parts
  let last: LastReload | undefined
  return {
    last: () => last,
    reload() {
      const at = clock.now()
      try {
        const reloaded = readAll(parts)
        last = { at, needRestart: reloaded.needRestart }
        return reloaded
      } catch (error) {
        last = { at, problem: (error as Error).message, needRestart: [] }
        throw error
      }
    },
  }
}

function readAll(parts: ReloadParts): Reloaded {
  const { settings, readAgain, reloadCertificates, tellOthers, log } = parts
  const next = readAgain()
  reloadCertificates()
  const reloaded = settings.use(next)
  tellOthers()
  log.info({ changed: reloaded.changed }, 'configuration read again')
  const { needRestart } = reloaded
  if (needRestart.length > 0) log.warn({ needRestart }, 'cannot be changed while running')
  return reloaded
}
