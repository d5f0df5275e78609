/** Stanza router: each stanza that comes to whoever handles it, and the standard's answer where nobody does. RFC 6120 §8, RFC 6121 §8. */
import { attributeOf, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Log } from '../../core/model/log.ts'
import { errorStanza } from '../error-stanza.ts'
import { jidDomain, parseJid } from '../jid.ts'
import { StanzaError } from '../stanza-error.ts'
import { STANZA_NAMESPACE } from '../stanza.ts'
import type { IqHandler, MessageHandler, PresenceHandlers } from '../streams.ts'
import { createIqRouter } from './iq-router.ts'
import { createMessageRouter } from './message-router.ts'
import { createPresenceRouter } from './presence-router.ts'
import type { Route } from './route.ts'

interface StanzaRouterOptions {
  /** XMPP domains whose people may use the gateway, as JIDs have them. */
  readonly domains: ReadonlySet<string>
  readonly iqs: readonly IqHandler[]
  readonly presence: PresenceHandlers
  readonly messages: readonly MessageHandler[]
  readonly send: (stanza: XmlElement) => void
  readonly log: Log
}

/** @param domain The SIP domain of the stream that it came by. Never throws. */
export type StanzaRouter = (stanza: XmlElement, domain: string) => void

export function createStanzaRouter(options: StanzaRouterOptions): StanzaRouter {
  const { domains, send, log } = options
  const answer = (refused: XmlElement, error: unknown) => {
    const reply = refusal(refused, error, log)
    if (reply) send(reply)
  }
  const routes = new Map<string, Route>([
    ['iq', createIqRouter({ ...options, answer })],
    ['presence', createPresenceRouter(options.presence)],
    ['message', createMessageRouter(options.messages)],
  ])
  return (stanza, domain) => {
    const route = stanza.namespace === STANZA_NAMESPACE ? routes.get(stanza.name) : undefined
    const from = parseJid(attributeOf(stanza, 'from') ?? '')
    const written = attributeOf(stanza, 'to') ?? ''
    // An answer in the name of another domain would end the stream. XEP-0114 §3
    if (!route || !from || domainOf(written) !== jidDomain(domain)) {
      log.debug({ domain, stanza: stanza.name.slice(0, 64) }, 'A stanza is for nobody here')
      return
    }
    const type = attributeOf(stanza, 'type')
    try {
      if (!domains.has(from.domain)) {
        refuseStranger(stanza.name, type)
        return
      }
      const to = parseJid(written)
      if (!to) throw new StanzaError('jid-malformed', 'modify')
      route({ from, to, type, stanza })
    } catch (error) {
      answer(stanza, error)
    }
  }
}

/** Others get no answer but to what asks for one: the gateway is no open relay. RFC 8048 §8.1 */
function refuseStranger(name: string, type: string | undefined): void {
  const asks = name === 'iq' || (name === 'presence' && type === 'subscribe')
  if (asks)
    throw new StanzaError('forbidden', 'auth', { text: 'Your domain may not use this gateway' })
}

/** Of an address that need not be right. */
function domainOf(written: string): string | undefined {
  const bare = written.split('/', 1)[0] ?? ''
  return jidDomain(bare.slice(bare.indexOf('@') + 1))
}

function refusal(refused: XmlElement, error: unknown, log: Log): XmlElement | undefined {
  if (!(error instanceof StanzaError)) {
    log.error({ error: String(error), stack: stackOf(error) }, 'A stanza could not be handled')
    return refusal(refused, new StanzaError('internal-server-error', 'cancel'), log)
  }
  const type = attributeOf(refused, 'type')
  // An error is never answered, or two servers would talk for ever. RFC 6120 §8.3.1
  const isAnswer = type === 'error' || (refused.name === 'iq' && type === 'result')
  return isAnswer ? undefined : errorStanza(refused, error)
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined
}
