/** How somebody and I stand to each other, in the words of an XMPP roster: none, to, from, both, and what is pending. RFC 6121 §2.1.2, Appendix A. */

/** `to`: I see them; `from`: they see me. */
type Relation = 'none' | 'to' | 'from' | 'both'

export interface ContactRelation {
  readonly relation: Relation
  /** I have asked to see them, and they have not answered. */
  readonly pendingOut: boolean
  /** They have asked to see me, and I have not answered. */
  readonly pendingIn: boolean
}

/** What is known of both directions. */
export interface ContactFacts {
  /** They stand on a list of mine. */
  readonly listed: boolean
  /** How their server answers my subscription; `unknown`: nobody asked, or nobody is there. */
  readonly theirAnswer: 'active' | 'pending' | 'rejected' | 'unknown'
  /** What my rules say of them; `polite`: let in, and shown nothing; `unknown`: I have none, and the server's policy decides. */
  readonly myRules: 'allow' | 'polite' | 'refuse' | 'unknown'
  /** Their subscription to me, as the server reports it. */
  readonly theirRequest: 'active' | 'pending' | 'none'
}

type Direction = 'granted' | 'pending' | 'no'

const OUT: Record<ContactFacts['theirAnswer'], Direction> = {
  active: 'granted',
  // Nothing says otherwise: who stands on the list is watched.
  unknown: 'granted',
  pending: 'pending',
  rejected: 'no',
}

const IN: Record<ContactFacts['myRules'], Record<ContactFacts['theirRequest'], Direction>> = {
  allow: { active: 'granted', pending: 'granted', none: 'granted' },
  // Their subscription stands, as they believe, and as a roster of theirs says. RFC 5025 §3.2.1
  polite: { active: 'granted', pending: 'pending', none: 'no' },
  refuse: { active: 'no', pending: 'pending', none: 'no' },
  unknown: { active: 'granted', pending: 'pending', none: 'no' },
}

/** Outwards, then inwards. RFC 6121 Appendix A.1 */
const RELATIONS: Record<Direction, Record<Direction, ContactRelation>> = {
  no: {
    no: { relation: 'none', pendingOut: false, pendingIn: false },
    pending: { relation: 'none', pendingOut: false, pendingIn: true },
    granted: { relation: 'from', pendingOut: false, pendingIn: false },
  },
  pending: {
    no: { relation: 'none', pendingOut: true, pendingIn: false },
    pending: { relation: 'none', pendingOut: true, pendingIn: true },
    granted: { relation: 'from', pendingOut: true, pendingIn: false },
  },
  granted: {
    no: { relation: 'to', pendingOut: false, pendingIn: false },
    pending: { relation: 'to', pendingOut: false, pendingIn: true },
    granted: { relation: 'both', pendingOut: false, pendingIn: false },
  },
}

export function contactRelation(facts: ContactFacts): ContactRelation {
  const { listed, theirAnswer, myRules, theirRequest } = facts
  const outwards = listed ? OUT[theirAnswer] : 'no'
  return RELATIONS[outwards][IN[myRules][theirRequest]]
}
