/** Iq requests of ours that wait for their results. RFC 6120 §8.2.3. */
import { randomUUID } from 'node:crypto'
import { attributeOf, type XmlElement } from '../../core/documents/xml-element.ts'
import type { Cancel, Clock } from '../../core/model/clock.ts'
import { readStanzaError } from '../error-stanza.ts'
import { parseJid, type Jid } from '../jid.ts'
import { StanzaError } from '../stanza-error.ts'
import { stanza } from '../stanza.ts'
import type { IqRequest } from '../streams.ts'

interface Waiting {
  readonly from: Jid
  readonly to: Jid
  readonly cancel: Cancel
  readonly resolve: (result: XmlElement) => void
  readonly reject: (error: StanzaError) => void
}

/** Nobody has a reason to wait for so many answers at once. */
const MOST_WAITING = 10_000

export class IqRequests {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Waiting>()
  // Nobody else can know the id of a request. RFC 6120 §8.1.3
  readonly #prefix = randomUUID()
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param send False: it could not be sent. */
  async ask(
    { type, from, to, child }: IqRequest,
    timeout: number,
    send: (iq: XmlElement) => boolean,
  ): Promise<XmlElement> {
    const [sender, receiver] = [parseJid(from), parseJid(to)]
    if (!sender || !receiver) throw new StanzaError('jid-malformed', 'modify')
    if (this.#waiting.size >= MOST_WAITING) throw new StanzaError('resource-constraint', 'wait')
    const id = `${this.#prefix}-${++this.#count}`
    return new Promise((resolve, reject) => {
      const giveUp = () => this.#remove(id)?.reject(timedOut())
      const cancel = this.#clock.after(timeout, giveUp)
      this.#waiting.set(id, { from: sender, to: receiver, cancel, resolve, reject })
      if (!send(stanza('iq', { from, to, type, id }, [child]))) giveUp()
    })
  }

  /** Whether it answers a request of ours. */
  take(received: XmlElement): boolean {
    const type = attributeOf(received, 'type')
    if (received.name !== 'iq' || (type !== 'result' && type !== 'error')) return false
    const id = attributeOf(received, 'id') ?? ''
    const asked = this.#waiting.get(id)
    // Only who was asked answers. RFC 6120 §8.2.3
    if (!asked || !isFrom(received, asked.to)) return false
    this.#remove(id)
    if (type === 'result') asked.resolve(received)
    else asked.reject(readStanzaError(received))
    return true
  }

  /** Rejects what waits for an answer by the stream of this domain; without a domain everything. */
  giveUp(domain?: string): void {
    for (const [id, { from }] of this.#waiting) {
      if (domain === undefined || from.domain === domain) this.#remove(id)?.reject(timedOut())
    }
  }

  #remove(id: string): Waiting | undefined {
    const found = this.#waiting.get(id)
    this.#waiting.delete(id)
    found?.cancel()
    return found
  }
}

function isFrom(received: XmlElement, asked: Jid): boolean {
  const from = parseJid(attributeOf(received, 'from') ?? '')
  return from?.bare === asked.bare && from.resource === asked.resource
}

function timedOut(): StanzaError {
  return new StanzaError('remote-server-timeout', 'wait')
}
