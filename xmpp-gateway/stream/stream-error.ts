/** Stream error: why a stream cannot go on. RFC 6120 §4.9. */
import { elementsOf, textOf, type XmlElement } from '../../core/documents/xml-element.ts'

export const STREAMS_NAMESPACE = 'http://etherx.jabber.org/streams'
const CONDITIONS = 'urn:ietf:params:xml:ns:xmpp-streams'

/** Those that we end a stream with. RFC 6120 §4.9.3 */
export type StreamCondition =
  | 'connection-timeout'
  | 'internal-server-error'
  | 'invalid-namespace'
  | 'not-authorized'
  | 'not-well-formed'
  | 'policy-violation'
  | 'resource-constraint'
  | 'restricted-xml'
  | 'unsupported-encoding'

export class StreamError extends Error {
  readonly condition: StreamCondition

  constructor(condition: StreamCondition, text: string) {
    super(text)
    this.condition = condition
  }
}

/** As the last words before the stream is closed. */
export function writeStreamError(condition: StreamCondition): string {
  return `<stream:error><${condition} xmlns="${CONDITIONS}"/></stream:error>`
}

/** Condition and text of the error that the server ends the stream with. */
export function readStreamError(error: XmlElement): { condition: string; text: string } {
  const said = elementsOf(error).filter(({ namespace }) => namespace === CONDITIONS)
  const condition = said.find(({ name }) => name !== 'text')?.name ?? 'undefined-condition'
  const text = said.find(({ name }) => name === 'text')
  return { condition: condition.slice(0, 64), text: text ? textOf(text).slice(0, 256) : '' }
}
