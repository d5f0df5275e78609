/** A group of contacts under its heading, which folds it. */
import { useId } from 'preact/hooks'
import type { BuddyGroup } from '../model/page-model.ts'
import { BuddyRow, type BuddyRowProps } from './buddy-row.tsx'
import { OnlineCount } from './online-count.tsx'

export interface GroupSectionProps extends Omit<BuddyRowProps, 'address' | 'name'> {
  readonly group: BuddyGroup
  readonly title: string
  readonly isFolded: boolean
  readonly onFold: (group: string) => void
}

export function GroupSection({ group, title, isFolded, onFold, ...row }: GroupSectionProps) {
  const id = useId()
  return (
    <section class="group" aria-labelledby={`${id}-title`}>
      <h3 class="group-heading">
        <button
          type="button"
          class="group-fold"
          aria-expanded={!isFolded}
          aria-controls={`${id}-people`}
          onClick={() => {
            onFold(group.name)
          }}
        >
          <svg class="group-sign" viewBox="0 0 16 16" aria-hidden="true">
            <path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" stroke-width="2" />
          </svg>
          <span id={`${id}-title`}>{title}</span>
          <OnlineCount group={group} model={row.model} />
        </button>
      </h3>
      <ul role="list" id={`${id}-people`} aria-labelledby={`${id}-title`} hidden={isFolded}>
        {!isFolded &&
          group.buddies.map(({ address, name }) => (
            <BuddyRow key={address} address={address} name={name} {...row} />
          ))}
      </ul>
    </section>
  )
}
