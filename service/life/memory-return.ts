/** Memory return: what a storm took and left goes back to the system, which the C library would keep for later. malloc_trim(3). */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'

/** Milliseconds between two looks. */
const INTERVAL = 60_000
/** Bytes that it must have grown by to be worth the work. */
const WORTH = 32 * 1024 * 1024

/** Gives back what nobody uses, beside the event loop; resolves when that is done. Rejects where the system cannot. */
export type Trim = () => Promise<void>

interface MemoryReturnParts {
  /** Undefined: this system has none, or what calls it is not installed. */
  readonly trim: Trim | undefined
  /** Bytes in memory now. */
  readonly resident: () => number
  readonly clock: Clock
  readonly log: Log
}

/** Looks once a minute, for as long as the process lives. */
export function returnMemory({ trim, resident, clock, log }: MemoryReturnParts): void {
  if (!trim) return
  let least = resident()
  const look = async () => {
    const now = resident()
    least = Math.min(least, now)
    if (now - least >= WORTH) {
      await trim()
      // What is still there is in use: only what comes on top of it is looked at again.
      least = resident()
      log.debug({ bytes: now - least }, 'memory went back to the system')
    }
    later()
  }
  const later = () => {
    clock.after(INTERVAL, () => {
      look().catch((error: unknown) => {
        log.debug({ err: error }, 'memory stays')
      })
    })
  }
  later()
}

interface MallocTrim {
  /** On a thread of its own. `pad`: bytes that the heap keeps at its end. */
  async(pad: number, done: (error: Error | null) => void): void
}

/** The C library's, where it is glibc and koffi is installed. */
async function loadTrim(): Promise<Trim | undefined> {
  try {
    const { default: koffi } = await import('koffi')
    const trim = koffi.load(null).func('int malloc_trim(size_t pad)') as unknown as MallocTrim
    return () =>
      new Promise((resolve, reject) => {
        trim.async(0, (error) => {
          if (error) reject(error)
          else resolve()
        })
      })
  } catch {
    return undefined
  }
}

/** For the process as it is, until it ends. */
export async function keepMemorySmall(parts: Pick<MemoryReturnParts, 'clock' | 'log'>) {
  const resident = () => process.memoryUsage.rss()
  returnMemory({ ...parts, trim: await loadTrim(), resident })
}
