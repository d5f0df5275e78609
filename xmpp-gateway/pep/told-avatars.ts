/** What each resource of a contact was told of an avatar last, node by node, so that nothing is told twice. */
import type { AvatarNodes } from '../avatar-nodes.ts'
import type { Pair } from '../pair.ts'

/** Of an avatar that is shown, and of none. */
type ToldAvatar = { readonly id: string } | 'none'

export interface ToldAvatars {
  /** Whether there may be anything to withdraw from this contact. */
  hasSeen(pair: Pair): boolean
  /** Notes it. False: it was told that already. */
  isNews(pair: Pair, resource: string, nodes: AvatarNodes, told: ToldAvatar): boolean
  /** Gone: what comes under its name again is another. */
  resourceGone(pair: Pair, resource: string): void
  /** They may have missed it. */
  forgetResources(pair: Pair): void
  forget(pair: Pair): void
}

interface Told {
  hasSeen: boolean
  /** Resource → node of the metadata → id; empty: none. */
  readonly resources: Map<string, Map<string, string>>
}

/** `begun`: what was told before is not known. In milliseconds since the epoch. */
export function createToldAvatars({ begun }: { begun: number }): ToldAvatars {
  const pairs = new Map<string, Told>()
  const keyOf = ({ record }: Pair) => `${record.user} ${record.contact}`
  /** Who was let in before may have seen one, which has gone since. */
  const mayHaveSeen = ({ record }: Pair) => record.fromSince < begun
  const nothing = (pair: Pair): Told => ({ hasSeen: mayHaveSeen(pair), resources: new Map() })

  return {
    hasSeen: (pair) => pairs.get(keyOf(pair))?.hasSeen ?? mayHaveSeen(pair),
    isNews(pair, resource, { metadata }, told) {
      const known = pairs.get(keyOf(pair)) ?? nothing(pair)
      pairs.set(keyOf(pair), known)
      const nodes = known.resources.get(resource) ?? new Map<string, string>()
      known.resources.set(resource, nodes)
      const id = told === 'none' ? '' : told.id
      if (nodes.get(metadata) === id) return false
      nodes.set(metadata, id)
      known.hasSeen ||= told !== 'none'
      return true
    },
    resourceGone(pair, resource) {
      pairs.get(keyOf(pair))?.resources.delete(resource)
    },
    forgetResources(pair) {
      pairs.get(keyOf(pair))?.resources.clear()
    },
    forget(pair) {
      pairs.delete(keyOf(pair))
    },
  }
}
