/** Allow, look offline, block: each with what it means to the other person. */
import type { WatcherHandling } from '../model/page-model.ts'
import { HANDLINGS } from './handling-words.ts'

export interface AnswerButtonsProps {
  readonly isUnderWay: boolean
  readonly onAnswer: (handling: WatcherHandling) => void
}

export function AnswerButtons({ isUnderWay, onAnswer }: AnswerButtonsProps) {
  return (
    <div class="answers">
      {HANDLINGS.map(({ handling, verb, meaning }) => (
        <button
          key={handling}
          type="button"
          class={handling === 'allow' ? 'button answer button-primary' : 'button answer'}
          aria-disabled={isUnderWay}
          onClick={() => {
            onAnswer(handling)
          }}
        >
          <span>{verb}</span>
          <span class="answer-meaning">{meaning}</span>
        </button>
      ))}
    </div>
  )
}
