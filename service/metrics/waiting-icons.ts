/** How many icons wait for approval: counted now and then, and not further than is worth it. */
import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../../core/model/clock.ts'
import type { HeldIcons } from '../moderation/held-icons.ts'
import { gauge, type Family } from './family.ts'

/** Nothing where they were not counted yet. */
export type LookAtWaitingIcons = () => Promise<readonly Family[]>

/** Beyond it an operator need not know how many. */
export const MOST_COUNTED = 1_000
/** Milliseconds. */
const FRESH = 60_000
/** Milliseconds: the rest of the metrics does not wait longer for a slow store. */
const PATIENCE = 1_000

/** One count at a time, however often somebody looks. */
export function createWaitingIcons({
  held,
  clock,
}: {
  held: Pick<HeldIcons, 'list'>
  clock: Pick<Clock, 'now'>
}): LookAtWaitingIcons {
  let counted: number | undefined
  let freshUntil = -Infinity
  let counting: Promise<void> | undefined

  async function count(): Promise<void> {
    try {
      counted = await countOf(held.list())
    } catch {
      // That the store cannot be asked has a metric of its own; an old number says nothing.
      counted = undefined
    } finally {
      freshUntil = clock.now() + FRESH
      counting = undefined
    }
  }

  return async () => {
    if (clock.now() >= freshUntil) {
      counting ??= count()
      await Promise.race([counting, setTimeout(PATIENCE, undefined, { ref: false })])
    }
    return counted === undefined ? [] : [family(counted)]
  }
}

async function countOf(all: AsyncIterable<unknown>): Promise<number> {
  let found = 0
  for await (const one of all) {
    if (one !== undefined && ++found >= MOST_COUNTED) break
  }
  return found
}

function family(counted: number): Family {
  const help = `Icons that wait for approval in the whole store, as of the last minute; at most ${MOST_COUNTED} are counted.`
  return gauge('visage_waiting_icons', help, counted, 'first')
}
