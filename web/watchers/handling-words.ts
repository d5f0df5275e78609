/** What I let somebody see, in plain words. RFC 5025 §3.2.1. */
import type { WatcherHandling } from '../model/page-model.ts'

interface HandlingWords {
  readonly handling: WatcherHandling
  /** On a button. */
  readonly verb: string
  /** What it means to the other person. */
  readonly meaning: string
  /** How it stands once it is decided. */
  readonly standing: string
}

export const HANDLINGS: readonly HandlingWords[] = [
  {
    handling: 'allow',
    verb: 'Allow',
    meaning: 'They see your status, note and picture.',
    standing: 'Sees your status, note and picture',
  },
  {
    handling: 'polite-block',
    verb: 'Look offline',
    meaning: 'You always look offline to them. They are not told why.',
    standing: 'You look offline to them',
  },
  {
    handling: 'block',
    verb: 'Block',
    meaning: 'They see nothing and are told that you refused.',
    standing: 'Blocked, sees nothing',
  },
]

/** @param handling absent: the server's policy decides; `confirm`: I have been asked */
export function standingWords(handling: WatcherHandling | 'confirm' | undefined): string {
  const decided = HANDLINGS.find((one) => one.handling === handling)
  return (
    decided?.standing ?? (handling === 'confirm' ? 'Waits for your answer' : 'Not decided by you')
  )
}
