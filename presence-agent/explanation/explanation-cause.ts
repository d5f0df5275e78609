/** Which of the facts decides what a watcher sees: the first one that keeps something from it. */
import type {
  Cause,
  CauseKind,
  Decision,
  ExplainedFacts,
  ExplainedSubscription,
  Party,
} from './explanation.ts'
import { NO_ANSWER_YET, NOT_SENT, TIMED_OUT } from '../resource.ts'

export function causeOf(facts: ExplainedFacts): Cause {
  for (const find of FINDERS) {
    const cause = find(facts)
    if (cause) return cause
  }
  const { watcher, presentity, icon } = facts
  const what = icon ? 'the presence and the icon' : 'the presence'
  return cause('all-well', `${name(watcher)} is told ${what} of ${name(presentity)}`)
}

type Finder = (facts: ExplainedFacts) => Cause | undefined

/** What comes first keeps away all that comes after. */
const FINDERS: readonly Finder[] = [
  ({ watcher, presentity }) => addressProblem(presentity) ?? addressProblem(watcher),
  ({ presentity }) =>
    presentity.known === 'stranger'
      ? cause('not-served', `${name(presentity)} is of a domain that is not served here`)
      : undefined,
  ({ watcher, presentity }) => unknownPerson(presentity) ?? unknownPerson(watcher),
  blocked,
  (facts) => (facts.subscriptions.length === 0 ? notSubscribed(facts) : undefined),
  undecided,
  untold,
  nothingToTell,
  iconProblem,
]

function cause(kind: CauseKind, text: string): Cause {
  return { kind, text }
}

/** As people write it; where another address was asked for, whose it is. */
function name({ asked, address }: Party): string {
  const own = address?.replace(/^sip:/, '')
  const written = asked.replace(/^sip:/, '')
  if (own === undefined || own === written) return written
  return `${own} (${written} is one of its addresses)`
}

function addressProblem(party: Party): Cause | undefined {
  return party.address === undefined
    ? cause('no-address', `${party.asked} is no SIP address`)
    : undefined
}

function unknownPerson(party: Party): Cause | undefined {
  return party.known === 'nobody'
    ? cause(
        'no-account',
        `there is no account ${name(party)}: nobody can sign in or be watched by it`,
      )
    : undefined
}

function blocked({ watcher, presentity, decision }: ExplainedFacts): Cause | undefined {
  if (decision?.handling !== 'block') return undefined
  if (decision.by === 'contact') {
    return cause('blocked', `${name(presentity)} does not let ${name(watcher)} in, in XMPP`)
  }
  const [unreadable] = decision.unreadable
  if (unreadable) {
    return cause(
      'rules-unreadable',
      `nobody is let in: the rules of ${name(presentity)} in ${unreadable.path} cannot be read (${unreadable.problem})`,
    )
  }
  return cause('blocked', `${name(watcher)} is blocked: ${because(decision)}`)
}

function because({ by, documents, handling }: Decision): string {
  if (by === 'policy') return `there are no rules, and the domain's policy is ${handling}`
  if (by === 'self') return 'everybody may watch themselves'
  for (const { path, rules } of documents) {
    const rule = rules.find((one) => one.matched && one.handling === handling)
    if (rule) return `rule ${rule.id} in ${path} says ${handling}`
  }
  return 'there are rules, and none of them matches'
}

function notSubscribed(facts: ExplainedFacts): Cause {
  const { watcher, presentity, namesakes, isWaiting, ended } = facts
  const [namesake] = namesakes
  if (ended) {
    return cause(
      'ended',
      `the subscription of ${name(watcher)} ended at ${timeOf(ended.at)}: ${ended.why}`,
    )
  }
  if (isWaiting) {
    return cause(
      'waiting',
      `${name(watcher)} has asked and gone before ${name(presentity)} decided; it must subscribe again`,
    )
  }
  if (namesake !== undefined) {
    const other = namesake.replace(/^sip:/, '')
    return cause(
      'other-identity',
      `${name(watcher)} does not watch ${name(presentity)}, but ${other} does: the requests come in that name`,
    )
  }
  if (watcher.known === 'neighbour') {
    return cause('not-subscribed', `${name(watcher)} has not asked ${name(presentity)}, in XMPP`)
  }
  return cause(
    'not-subscribed',
    `${name(watcher)} has no subscription to ${name(presentity)}: no SUBSCRIBE has come, or it was refused`,
  )
}

function undecided({ watcher, presentity, decision }: ExplainedFacts): Cause | undefined {
  if (decision?.handling === 'confirm' && decision.by === 'contact') {
    return cause('pending', `${name(presentity)} has not answered ${name(watcher)} yet, in XMPP`)
  }
  if (decision?.handling === 'confirm') {
    return cause(
      'pending',
      `${name(presentity)} has not decided about ${name(watcher)} (${because(decision)}); visage contacts allow ${name(watcher)} lets it in`,
    )
  }
  if (decision?.handling !== 'polite-block') return undefined
  return cause('politely-blocked', `${name(watcher)} is politely blocked: ${because(decision)}`)
}

function untold({ watcher, subscriptions }: ExplainedFacts): Cause | undefined {
  // One phone that hears is enough.
  const problems = subscriptions.map((subscription) => tellingProblem(name(watcher), subscription))
  return problems.includes(undefined) ? undefined : problems[0]
}

function tellingProblem(
  watcher: string,
  { withoutNotify, reachable, way, lastNotify, holder }: ExplainedSubscription,
): Cause | undefined {
  if (withoutNotify || holder !== undefined) return undefined
  if (!reachable) {
    return cause(
      'unreachable',
      `the connection of ${watcher} (${way}) has ended: it is told again when it subscribes on another`,
    )
  }
  if (!lastNotify) return cause('unanswered', `no NOTIFY has been sent to ${watcher} yet`)
  const { status, at } = lastNotify
  const sent = `the NOTIFY of ${timeOf(at)} to ${watcher} at ${way}`
  if (status === TIMED_OUT) return cause('unanswered', `${sent} was not answered`)
  if (status === NO_ANSWER_YET) return cause('unanswered', `${sent} is not answered yet`)
  if (status === NOT_SENT) return cause('unreachable', `${sent} could not be sent`)
  return status >= 300 ? cause('refused', `${sent} was refused with ${status}`) : undefined
}

function nothingToTell(facts: ExplainedFacts): Cause | undefined {
  const { presentity, publications, registration, hardState, publishedUntil } = facts
  if (publications.length > 0 || registration.length > 0 || hardState) return undefined
  const who = name(presentity)
  if (presentity.known === 'neighbour') {
    return cause('nothing-published', `${who} is not available in XMPP: shown as closed`)
  }
  const text =
    publishedUntil === undefined
      ? `${who} publishes nothing, and is not registered: shown as closed`
      : `the last publication of ${who} ended at ${timeOf(publishedUntil)}: shown as closed`
  return cause('nothing-published', text)
}

function iconProblem({ watcher, presentity, icon, decision }: ExplainedFacts): Cause | undefined {
  if (!icon) {
    return cause(
      'no-icon',
      `${name(watcher)} is told the presence of ${name(presentity)}, who has no icon stored here`,
    )
  }
  if (icon.announced) return undefined
  return decision?.filtered
    ? cause(
        'icon-not-allowed',
        `the rules let ${name(watcher)} see the presence but not the icon: it takes provide-persons with provide-status-icon, provide-unknown-attribute or provide-all-attributes`,
      )
    : cause(
        'filtered',
        `${name(presentity)} shows an icon of its own choice in place of the stored one`,
      )
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
