/** A line on the terminal that says what a command is doing; nothing where nobody watches. */
import type { SingleBar } from 'cli-progress'

export interface Progress {
  step(what: string): void
  /** How many are done. */
  reach(done: number, what: string): void
  /** Takes the line away. */
  end(): void
}

const SILENT: Progress = { step: () => undefined, reach: () => undefined, end: () => undefined }

/** `steps`: how many there will be. */
export async function createProgress(steps: number): Promise<Progress> {
  if (!process.stderr.isTTY) return SILENT
  const { default: progress } = await import('cli-progress')
  const bar: SingleBar = new progress.SingleBar({
    format: '{bar} {what}',
    clearOnComplete: true,
    stream: process.stderr,
  })
  bar.start(steps, 0, { what: '' })
  return {
    step: (what) => {
      bar.increment({ what })
    },
    reach: (done, what) => {
      bar.update(done, { what })
    },
    end: () => {
      bar.stop()
    },
  }
}
