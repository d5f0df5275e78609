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
    meaning: 'You look offline to them. Nobody says why.',
    standing: 'Sees you offline',
  },
  {
    handling: 'block',
    verb: 'Block',
    meaning: 'They see nothing and are told so.',
    standing: 'Blocked, sees nothing',
  },
]

export function standingWords(handling: WatcherHandling): string {
  return HANDLINGS.find((one) => one.handling === handling)?.standing ?? handling
}
