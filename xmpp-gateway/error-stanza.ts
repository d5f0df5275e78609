/** Error stanzas: written in answer to a stanza, and read. RFC 6120 §8.3. */
import {
  attributeOf,
  elementsOf,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from '../core/documents/xml-element.ts'
import {
  STANZA_CONDITIONS,
  StanzaError,
  STANZA_ERROR_TYPES,
  type ApplicationCondition,
} from './stanza-error.ts'
import { childOf, stanza, STANZA_NAMESPACE, type StanzaName } from './stanza.ts'

const CONDITIONS = 'urn:ietf:params:xml:ns:xmpp-stanzas'
/** A text is for a person to read. */
const LONGEST_TEXT = 1024

/** The answer to a stanza that cannot be handled: it goes back the way it came. Undefined: it says not from or to whom. */
export function errorStanza(refused: XmlElement, error: StanzaError): XmlElement | undefined {
  const from = attributeOf(refused, 'to')
  const to = attributeOf(refused, 'from')
  const id = attributeOf(refused, 'id')
  if (from === undefined || to === undefined) return undefined
  const head = { from, to, type: 'error', ...(id !== undefined && { id }) }
  return stanza(refused.name as StanzaName, head, [errorElement(error)])
}

function errorElement({ condition, type, further }: StanzaError): XmlElement {
  const { text, content, application } = further
  const children = [xmlElement(CONDITIONS, condition, content === undefined ? [] : [content])]
  if (text !== undefined) children.push(xmlElement(CONDITIONS, 'text', [text]))
  if (application) children.push(applicationCondition(application))
  return xmlElement(STANZA_NAMESPACE, 'error', children, [xmlAttribute('type', type)])
}

function applicationCondition({ namespace, name, feature }: ApplicationCondition): XmlElement {
  return xmlElement(
    namespace,
    name,
    [],
    feature === undefined ? [] : [xmlAttribute('feature', feature)],
  )
}

/** What a stanza of type `error` says; a condition or type that is unknown is an `undefined-condition`, `cancel`. */
export function readStanzaError(refusal: XmlElement): StanzaError {
  const element = childOf(refusal, STANZA_NAMESPACE, 'error')
  const children = element ? elementsOf(element) : []
  const standard = children.filter(({ namespace }) => namespace === CONDITIONS)
  const condition = standard.find(({ name }) => name !== 'text')
  const text = standard.find(({ name }) => name === 'text')
  const application = children.find(({ namespace }) => namespace !== CONDITIONS)
  const type = element && attributeOf(element, 'type')
  return new StanzaError(
    STANZA_CONDITIONS.find((known) => known === condition?.name) ?? 'undefined-condition',
    STANZA_ERROR_TYPES.find((known) => known === type) ?? 'cancel',
    {
      ...(text && { text: textOf(text).slice(0, LONGEST_TEXT) }),
      ...(condition && contentOf(condition)),
      ...(application && {
        application: { namespace: application.namespace, name: application.name },
      }),
    },
  )
}

function contentOf(condition: XmlElement): { content: string } | undefined {
  const content = textOf(condition)
  return content === '' ? undefined : { content: content.slice(0, LONGEST_TEXT) }
}
