/** What an import has done so far, and how it is told: problems on stderr, numbers on stdout. */
import { printable } from '../printable.ts'

export interface ImportTally {
  /** By what happened: `created`. */
  add(outcomes: Readonly<Record<string, unknown>>): void
  refuse(place: string, problem: string): void
  /** Prints the sum; whoever was refused makes the command fail. */
  end(): void
}

/** `outcomes`: in the order in which they are told. */
export function createImportTally(
  outcomes: readonly string[],
  { dryRun = false }: { dryRun?: boolean | undefined },
): ImportTally {
  const sums = new Map(outcomes.map((outcome) => [outcome, 0]))
  let refused = 0
  return {
    add(more) {
      for (const [outcome, sum] of sums) sums.set(outcome, sum + Number(more[outcome] ?? 0))
    },
    refuse(place, problem) {
      refused++
      process.stderr.write(`${printable(`${place}: ${problem}`)}\n`)
    },
    end() {
      const told = [...sums].map(([outcome, sum]) => `${sum} ${outcome}`)
      const counts = [...told, `${refused} refused`].join(', ')
      process.stdout.write(`${dryRun ? 'Nothing was written. It would be: ' : ''}${counts}\n`)
      if (refused > 0) process.exitCode = 1
    },
  }
}
