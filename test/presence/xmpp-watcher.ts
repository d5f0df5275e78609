/** Bob, who lives in XMPP and watches through a gateway: what it hears of his watches. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type {
  PresenceSource,
  WantedPresence,
  WatchStanding,
} from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { until } from './elsewhere.ts'
import { ALICE } from './watched-alice.ts'

export const XBOB = 'sip:bob@xmpp.example' as Aor

export interface Hearing {
  /** All so far. */
  readonly heard: readonly WatchStanding[]
  /** The next one that nobody has taken. */
  next(): Promise<WatchStanding>
  /** The next one, which must bring a document. */
  document(): Promise<string>
  close(): void
}

export function watch(
  source: Pick<PresenceSource, 'watch'>,
  wanted: Partial<WantedPresence> = {},
): Hearing {
  const heard: WatchStanding[] = []
  let taken = 0
  let isOpened = false
  const defaults = { presentity: ALICE as Aor, watcher: XBOB, since: 1_600_000_000_000 }
  const opened = source.watch({ ...defaults, ...wanted }, (standing) => {
    assert.ok(isOpened, 'heard before the watch had begun')
    heard.push(standing)
  })
  isOpened = true
  const next = async () => {
    await until(() => heard.length > taken)
    return heard[taken++] ?? assert.fail()
  }
  return {
    heard,
    next,
    async document() {
      const standing = await next()
      assert.equal(standing.state, 'active')
      return standing.document ?? ''
    },
    close() {
      opened.close()
    },
  }
}

/** Long enough for anything that is on its way. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}
