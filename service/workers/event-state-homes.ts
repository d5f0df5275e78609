/** Which worker looks after what nobody has written since the store was opened: the one where its address is at home. */
import { bucketOf, homeOfBucket, hostOf } from '../../core/sip/relay/bucket.ts'
import type { EventStateHomes } from '../../core/store/event-state-index.ts'
import type { Configuration } from '../configuration.ts'

export function eventStateHomes(configuration: HomesConfiguration): EventStateHomes {
  return {
    ofPresentity: (presentity) => String(homeOfAddress(presentity, configuration)),
    ofSubscription: (id) => String(homeOfTag(id, configuration)),
  }
}

type HomesConfiguration = HostsConfiguration & Pick<Configuration, 'workers'>

/**
 * Hosts whose people are all at home in the first worker. The XMPP gateway stands there, and is asked at once who may see whom:
 * with it all presence is there, and the other workers have HTTP and the connections.
 */
export function hostsOfFirst({ xmpp, domains }: HostsConfiguration): ReadonlySet<string> {
  if (xmpp.component.length === 0) return new Set()
  return new Set([...xmpp.domains, ...domains.flatMap(({ name, aliases }) => [name, ...aliases])])
}

type HostsConfiguration = Pick<Configuration, 'xmpp' | 'domains'>

/** The number of the worker. */
export function homeOfAddress(address: string, configuration: HomesConfiguration): number {
  const octets = Buffer.from(address, 'latin1')
  if (hostsOfFirst(configuration).has(hostOf(octets, 0, octets.length))) return 1
  return homeOfBucket(bucketOf(octets, 0, octets.length) ?? 0, configuration.workers)
}

/** A dialog's tag begins with its bucket in hexadecimal; a tag of before there were workers begins as it likes. */
function homeOfTag(tag: string, { workers }: HomesConfiguration): number {
  const bucket = Number.parseInt(tag.slice(0, 2), 16)
  return homeOfBucket(Number.isNaN(bucket) ? 0 : bucket, workers)
}
