/** User presence: what SIP users show their XMPP contacts is sent as presence stanzas. RFC 8048 §6.3, RFC 6121 §4. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { Pair, Pairs } from '../pair.ts'
import type { Streams } from '../streams.ts'
import type { ShownAvatar, UserAvatars } from '../user-avatars.ts'
import { userFullJid } from '../user-resource.ts'
import { createPacing } from './pacing.ts'
import { createShownPresence } from './shown-presence.ts'
import { presenceStanza } from './write-presence.ts'

interface UserPresenceOptions {
  readonly pairs: Pick<Pairs, 'ofUser' | 'follow'>
  readonly avatars: Pick<UserAvatars, 'of' | 'follow'>
  readonly streams: Pick<Streams, 'send'>
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds between two stanzas to a contact, unless the user comes or goes. */
const INTERVAL = 1_000

/** What a contact was told. */
interface Told {
  readonly isAvailable: boolean
  /** All of it, to be compared. */
  readonly words: string
}

/** Gives what ends it. */
export function createUserPresence(options: UserPresenceOptions): () => void {
  const { pairs, avatars, streams } = options
  const shownTo = createShownPresence(options)
  /** Until it is forgotten. */
  const told = new WeakMap<Pair, Told>()
  const pacing = createPacing<Pair>({ ...options, interval: INTERVAL, tell })

  function tell(pair: Pair): boolean {
    const shown = shownTo(pair)
    if (!shown) return false
    const avatar = avatarFor(pair, avatars)
    const words = JSON.stringify([shown, avatar])
    if (told.get(pair)?.words === words) return false
    told.set(pair, { isAvailable: shown.isAvailable, words })
    streams.send(presenceStanza(addressed(pair, pair.contactJid), shown, avatar))
    return true
  }

  /** Whoever asks gets an answer, and gets it alone. RFC 6121 §4.3.2 */
  function answer(pair: Pair, to: string): void {
    const shown = shownTo(pair)
    if (shown) streams.send(presenceStanza(addressed(pair, to), shown, avatarFor(pair, avatars)))
  }

  function review(pair: Pair): void {
    if (told.get(pair)?.isAvailable === shownTo(pair)?.isAvailable) pacing.ask(pair)
    else pacing.hurry(pair)
  }

  const unfollow = [
    pairs.follow({
      forgotten: (pair) => told.delete(pair),
      shown(pair, to) {
        if (to === undefined) review(pair)
        else answer(pair, to)
      },
    }),
    avatars.follow((user) => {
      for (const pair of pairs.ofUser(user)) pacing.ask(pair)
    }),
    pacing.close,
  ]
  return () => {
    for (const end of unfollow) end()
  }
}

function addressed({ userJid }: Pair, to: string): { from: string; to: string } {
  return { from: userFullJid(userJid), to }
}

/** Who is shown nobody at home sees no picture either. RFC 5025 §3.2.1 */
function avatarFor(pair: Pair, avatars: Pick<UserAvatars, 'of'>): ShownAvatar {
  const { standing } = pair
  const isHidden = standing?.state === 'active' && standing.handling === 'polite-block'
  return isHidden ? { state: 'none' } : avatars.of(pair)
}
