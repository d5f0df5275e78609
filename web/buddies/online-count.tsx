/** How many of a group can be reached: drawn again only when the number changes. */
import { useComputed, useSignal } from '@preact/signals'
import type { BuddyGroup, PageModel } from '../model/page-model.ts'

export interface OnlineCountProps {
  readonly group: BuddyGroup
  readonly model: PageModel
}

export function OnlineCount({ group, model }: OnlineCountProps) {
  const counted = useSignal(group)
  if (counted.peek() !== group) counted.value = group
  const online = useComputed(
    () => counted.value.buddies.filter(({ address }) => isOpen(model, address)).length,
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
