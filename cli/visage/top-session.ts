/** What `visage top` does: asks once a second and draws anew until q; elsewhere than in a terminal it answers once. */
import { setTimeout } from 'node:timers/promises'
import type { Ask } from '../../service/administration/operation.ts'
import { lookAtTop } from '../../service/administration/top-operations.ts'
import type { CostName } from '../../service/top/cost.ts'
import { administrationOf } from './administration.ts'
import { topText, type TopTable } from './top-text.ts'
import type { ListFlags } from './user-flags.ts'

export interface TopFlags extends ListFlags {
  readonly by: CostName
  readonly limit: number
  readonly for: number
}

const SECOND = 1_000
/** Another screen, without a cursor; and back. */
const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'
const HOME = '\x1b[H'
const REST = '\x1b[J'
const END_OF_LINE = '\x1b[K\n'

const KEYS: Readonly<Record<string, CostName>> = {
  r: 'requests',
  n: 'notifies',
  i: 'icons',
  f: 'refused',
  '<': 'bytesIn',
  '>': 'bytesOut',
}

export async function showTop({
  by,
  limit,
  for: seconds,
  json,
  ...flags
}: TopFlags): Promise<void> {
  await administrationOf(flags, async (ask) => {
    if (!json && process.stdin.isTTY && process.stdout.isTTY) await live(ask, { by, limit })
    else {
      // Counting begins with the first look.
      const first = await ask(lookAtTop, { by, limit })
      await setTimeout(Math.max(0, seconds - first.counted) * SECOND)
      print(await ask(lookAtTop, { by, limit }), by, json === true)
    }
  })
}

function print(table: TopTable, by: CostName, json: boolean): void {
  const size = { width: Infinity, height: Infinity }
  process.stdout.write(json ? `${JSON.stringify(table)}\n` : topText(table, { by, ...size }))
}

async function live(
  ask: Ask,
  { by, limit }: { readonly by: CostName; readonly limit: number },
): Promise<void> {
  const keys = watchKeys(by)
  process.stdout.write(ENTER)
  try {
    while (!keys.isOver()) {
      draw(await ask(lookAtTop, { by: keys.by(), limit }), keys.by())
      await keys.pressedWithin(SECOND)
    }
  } finally {
    keys.stop()
    process.stdout.write(LEAVE)
  }
}

function draw(table: TopTable, by: CostName): void {
  const { columns, rows } = process.stdout
  const text = topText(table, { by, width: columns, height: rows - 1 })
  const help = 'r n i f < > sort by requests, NOTIFYs, icons, refused, in, out; q ends'
  process.stdout.write(HOME + text.replaceAll('\n', END_OF_LINE) + help.slice(0, columns) + REST)
}

function watchKeys(first: CostName) {
  let [by, isOver] = [first, false]
  let wake = new AbortController()
  const hear = (octets: Buffer) => {
    const key = octets.toString()
    // In raw mode the terminal makes no signal of Ctrl-C.
    if (key === 'q' || key === '\x03') isOver = true
    by = KEYS[key] ?? by
    wake.abort()
  }
  process.stdin.setRawMode(true).on('data', hear).resume()
  return {
    by: () => by,
    isOver: () => isOver,
    async pressedWithin(milliseconds: number) {
      await setTimeout(milliseconds, undefined, { signal: wake.signal }).catch(() => undefined)
      wake = new AbortController()
    },
    stop() {
      process.stdin.setRawMode(false).off('data', hear).pause()
    },
  }
}
