/** Gateway report: what an operator asks of the gateway: its streams and stanzas, and how two people stand to each other. RFC 6121 §2.1.2. */
import type { ContactPair } from '../core/model/contact-pair.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ContactResource, Pair, Pairs } from './pair.ts'
import type { StanzaCounts } from './stream/stanza-counts.ts'
import type { Streams } from './streams.ts'
import type { UserAvatars } from './user-avatars.ts'

export interface GatewayReport {
  /** One for each SIP domain. */
  readonly streams: readonly { readonly domain: string; readonly isOnline: boolean }[]
  readonly pairs: number
  readonly stanzas: StanzaCounts
  /** Those of the address that was asked for. */
  readonly of?: readonly PairReport[]
}

export interface PairReport extends ContactPair {
  /** `to`: the user sees the contact; `from`: the contact sees her. */
  readonly relation: 'none' | 'to' | 'from' | 'both'
  /** What the user shows the contact. */
  readonly shown: 'pending' | 'allow' | 'polite-block' | 'ended' | 'unknown'
  /** SHA-1 of the user's picture as the contact is shown it, or `none` or `unknown`. */
  readonly avatar: string
  /** Of the contact, as far as the user may see them. */
  readonly resources: readonly ResourceReport[]
}

interface ResourceReport extends Pick<ContactResource, 'resource' | 'priority'> {
  readonly show: string
  /** SHA-1 of the contact's picture by XEP-0153, or `none` or `unknown`. */
  readonly photo: string
}

/** Without an address: of the gateway as a whole. */
export type ReportGateway = (address?: Aor) => GatewayReport

interface GatewayReportOptions {
  readonly components: readonly string[]
  readonly streams: Pick<Streams, 'isOnline'>
  readonly stanzas: StanzaCounts
  readonly pairs: Pairs
  readonly avatars: Pick<UserAvatars, 'of'>
}

export function gatewayReport(options: GatewayReportOptions, address?: Aor): GatewayReport {
  const { components, streams, stanzas, pairs, avatars } = options
  const report = {
    streams: components.map((domain) => ({ domain, isOnline: streams.isOnline(domain) })),
    pairs: [...pairs.all()].length,
    stanzas,
  }
  if (address === undefined) return report
  const of = [...pairs.ofUser(address), ...pairs.ofContact(address)]
  return { ...report, of: of.map((pair) => reportOf(pair, avatars)) }
}

function reportOf(pair: Pair, avatars: Pick<UserAvatars, 'of'>): PairReport {
  const shown = avatars.of(pair)
  return {
    ...pair.record,
    relation: relationOf(pair.record),
    shown: shownBy(pair),
    avatar: shown.state === 'image' ? shown.avatar.id : shown.state,
    resources: [...pair.resources.values()].map(({ resource, priority, show, photo }) => ({
      ...{ resource, priority, show: show ?? 'available', photo: photo ?? 'unknown' },
    })),
  }
}

function relationOf({ to, from }: ContactPair): PairReport['relation'] {
  if (to === 'granted') return from === 'granted' ? 'both' : 'to'
  return from === 'granted' ? 'from' : 'none'
}

function shownBy({ standing }: Pair): PairReport['shown'] {
  if (!standing) return 'unknown'
  if (standing.state === 'active') return standing.handling
  return standing.state === 'pending' ? 'pending' : 'ended'
}
