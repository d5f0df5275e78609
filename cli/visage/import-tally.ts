/** What an import has done so far, and how it is told: problems on stderr, numbers on stdout. */
import { printable } from '../printable.ts'

export interface ImportTally {
  /** By what happened: `created`. */
  add(outcomes: Readonly<Record<string, unknown>>): void
  refuse(place: string, problem: string): void
  /** Prints the sum; whoever was refused makes the command fail, and so does an import of nothing. */
  end(): void
}

/** `outcomes`: in the order in which they are told. `nothing`: what is wrong when there was nothing at all. */
export function createImportTally(
  outcomes: readonly string[],
  { dryRun = false, nothing }: { dryRun?: boolean | undefined; nothing: string },
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
      const isNothing = refused === 0 && [...sums.values()].every((sum) => sum === 0)
      if (isNothing) process.stderr.write(`${printable(nothing)}\n`)
      if (isNothing || refused > 0) process.exitCode = 1
    },
  }
}
