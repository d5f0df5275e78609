/** Seen resources: a contact's devices, of all that different users are told of them. RFC 8048 §6.2, §8.2. */
import type { Pair } from '../pair.ts'
import type { AvailableResource } from './pidf-of-presence.ts'

interface Report {
  readonly resource: AvailableResource
  pairs: number
}

/**
 * What a device says to one user alone is not for the others: what most were told counts, and of equals what `told` knows
 * already, by resource. Where everybody was told the same, as in a broadcast, that is it.
 */
export function seenResources(
  pairs: readonly Pair[],
  told: ReadonlyMap<string, string>,
): AvailableResource[] {
  const reports = new Map<string, Map<string, Report>>()
  for (const pair of pairs) {
    for (const resource of pair.resources.values()) {
      const ofResource = reports.get(resource.resource) ?? new Map<string, Report>()
      reports.set(resource.resource, ofResource)
      const words = wordsOf(resource)
      const same = ofResource.get(words)
      if (same) same.pairs++
      else ofResource.set(words, { resource, pairs: 1 })
    }
  }
  return [...reports].flatMap(([name, ofResource]) => mostHeard(ofResource, told.get(name)))
}

/** All that SIP watchers are told of it, to be compared. */
export function wordsOf({ show, statuses, priority }: AvailableResource): string {
  return JSON.stringify([show, priority, ...statuses.map(({ text, lang }) => [text, lang])])
}

function mostHeard(
  reports: ReadonlyMap<string, Report>,
  told: string | undefined,
): AvailableResource[] {
  const most = Math.max(...[...reports.values()].map(({ pairs }) => pairs))
  const candidates = [...reports].filter(([, { pairs }]) => pairs === most)
  const [chosen] = candidates.filter(([words]) => words === told).concat(candidates)
  return chosen ? [chosen[1].resource] : []
}
