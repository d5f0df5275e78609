/** `visage top`: who costs the running service most, live in the terminal. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { COST_NAMES } from '../../service/top/cost.ts'
import type { TopFlags } from './top-session.ts'

export function topCommand(): Command {
  return new Command('top')
    .description('show who costs the running service most within the last minute; q ends it')
    .addOption(
      new Option('--by <cost>', 'sorted by it; in the terminal the keys r n i f < > do that')
        .choices(COST_NAMES)
        .default('requests'),
    )
    .option('--limit <n>', 'how many at most', wholeNumber, 50)
    .option('--for <seconds>', 'how long to count where the answer is no terminal', wholeNumber, 5)
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'one JSON object, then the end')
    .action(async (flags: TopFlags) => {
      const { showTop } = await import('./top-session.ts')
      await showTop(flags)
    })
}

const MOST = 1_000

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= MOST) return number
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST}.`)
}
