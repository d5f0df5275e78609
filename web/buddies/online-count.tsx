/** How many of a group can be reached: drawn again only when the number changes. */
import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { BuddyGroup, PageModel } from '../model/page-model.ts'

export interface OnlineCountProps {
  readonly group: BuddyGroup
  readonly model: PageModel
}

export function OnlineCount({ group, model }: OnlineCountProps) {
  const online = useMemo(
    () => computed(() => group.buddies.filter(({ address }) => isOpen(model, address)).length),
    [group, model],
  )
  return (
    <span class="group-count">
      {online.value} of {group.buddies.length} online
    </span>
  )
}

function isOpen(model: PageModel, address: string): boolean {
  const { subscription, basic } = model.presenceOf(address).value
  return subscription === 'active' && basic === 'open'
}
