/** Somebody asks to see me: what I can answer, and what each answer means. RFC 5025 §3.2.1. */
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { Face } from '../buddies/face.tsx'
import { Problem } from '../buddies/problem.tsx'
import { useAction } from '../buddies/use-action.ts'
import { withoutScheme } from '../model/buddy-groups.ts'
import type { PageModel, WatcherHandling, WatchRequest } from '../model/page-model.ts'
import { AnswerButtons } from './answer-buttons.tsx'
import { useFocusGoingOn } from './use-focus-going-on.ts'

export interface RequestCardProps {
  readonly model: PageModel
  readonly request: WatchRequest
  /** Is on my list already. */
  readonly isKnown: boolean
}

export function RequestCard({ model, request, isKnown }: RequestCardProps) {
  const { address, name } = request
  const id = useId()
  const isToBeAdded = useSignal(false)
  const action = useAction()
  const card = useFocusGoingOn()
  const answer = (handling: WatcherHandling) =>
    action.run(async () => {
      // The list first: once answered, the card is gone, and with it what it could say.
      if (isToBeAdded.value && !isKnown) await model.addContact(contactOf(request))
      await model.decide(address, handling)
    })
  return (
    <li ref={card} class="request" aria-labelledby={`${id}-name`}>
      <div class="person">
        <Face address={address} name={name} icon={null} />
        <div class="person-words">
          <h3 id={`${id}-name`}>{name}</h3>
          <p class="person-status">{withoutScheme(address)} asks to see your status.</p>
        </div>
      </div>
      {!isKnown && (
        <label class="check">
          <input
            type="checkbox"
            checked={isToBeAdded.value}
            onChange={(event) => {
              isToBeAdded.value = event.currentTarget.checked
            }}
          />
          Add to my list too
        </label>
      )}
      <AnswerButtons isUnderWay={action.isUnderWay} onAnswer={(given) => void answer(given)} />
      <Problem words={action.problem} />
    </li>
  )
}

/** A name that is only their address is none. */
function contactOf({ address, name }: WatchRequest): { address: string; name?: string } {
  return name === withoutScheme(address) ? { address } : { address, name }
}
