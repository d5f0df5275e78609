/** Publish-subscribe: the errors of a service that only the account's owner publishes to. XEP-0060. */
import { PUBSUB } from '../namespaces.ts'
import { StanzaError } from '../stanza-error.ts'

export const PUBSUB_OWNER = `${PUBSUB}#owner`
const ERRORS = `${PUBSUB}#errors`

/** XEP-0060 §6.5.9.6 */
export function presenceSubscriptionRequired(): StanzaError {
  return new StanzaError('not-authorized', 'auth', applied('presence-subscription-required'))
}

const forbidden = () => new StanzaError('forbidden', 'auth')

const unsupported = (feature: string) => () =>
  new StanzaError('feature-not-implemented', 'cancel', {
    application: { namespace: ERRORS, name: 'unsupported', feature },
  })

/** What is asked of a service besides its items, by the element that asks it. */
const REFUSALS: Readonly<Record<string, () => StanzaError>> = {
  // Only the owner publishes, and through SIP. §7.1.3.1, §7.2.3.1, §8.1.3
  publish: forbidden,
  retract: forbidden,
  create: forbidden,
  // Whoever shows interest in its presence gets events without asking. XEP-0163 §4.2
  subscribe: unsupported('subscribe'),
  options: unsupported('subscription-options'),
  // §5.6, §5.7
  subscriptions: unsupported('retrieve-subscriptions'),
  affiliations: unsupported('retrieve-affiliations'),
  default: unsupported('retrieve-default-sub'),
  // Nobody is subscribed by asking. §6.2.3.2
  unsubscribe: () => new StanzaError('unexpected-request', 'cancel', applied('not-subscribed')),
}

export function refusalOf(asked: string | undefined): StanzaError {
  const known = asked !== undefined && Object.hasOwn(REFUSALS, asked) ? REFUSALS[asked] : undefined
  return known ? known() : new StanzaError('bad-request', 'modify')
}

/** What configures a node, purges or deletes it. §8 */
export function ownerOnly(): StanzaError {
  return forbidden()
}

export function nodeRequired(): StanzaError {
  return new StanzaError('bad-request', 'modify', applied('nodeid-required'))
}

function applied(name: string) {
  return { application: { namespace: ERRORS, name } }
}
