import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readXml } from '../../core/documents/xml-reader.ts'
import { xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import { silentLog } from '../../core/model/log.ts'
import { createStanzaRouter } from '../../xmpp-gateway/routing/stanza-router.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import type {
  IncomingIq,
  IqHandler,
  MessageHandler,
  PresenceHandlers,
} from '../../xmpp-gateway/streams.ts'

const HEAD = "from='Bob@xmpp.example/phone' to='alice@sip.example'"
const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas'

interface Handlers {
  readonly iqs?: readonly IqHandler[]
  readonly presence?: PresenceHandlers
  readonly messages?: readonly MessageHandler[]
}

function routerWith({ iqs = [], presence = {}, messages = [] }: Handlers = {}) {
  const sent: string[] = []
  const errors: string[] = []
  const route = createStanzaRouter({
    domains: new Set(['xmpp.example']),
    iqs,
    presence,
    messages,
    send: (stanza) => sent.push(writeStanza(stanza)),
    log: { ...silentLog, error: (fields) => errors.push(String(fields['error'])) },
  })
  return {
    errors,
    sent,
    /** What is sent at once. */
    answersTo: (text: string): string[] => {
      sent.length = 0
      route(parsed(text), 'sip.example')
      return [...sent]
    },
  }
}

function parsed(text: string): XmlElement {
  const tree = readXml(text.replace(/^<(\w+)/, "<$1 xmlns='jabber:component:accept'"))
  assert.equal(tree.error, undefined)
  return (tree as { value: XmlElement }).value
}

function errorOf(kind: string, type: string, condition: string, id = ' id="1"') {
  return new RegExp(
    `^<${kind} from="alice@sip.example" to="Bob@xmpp.example/phone" type="error"${id}><error type="${type}"><${condition} xmlns="${STANZAS}"/>`,
  )
}

function only(sent: readonly string[]): string {
  assert.equal(sent.length, 1)
  return sent[0] ?? ''
}

function echo(answer: IqHandler['answer']): IqHandler {
  return { type: 'get', namespace: 'urn:x', name: 'query', answer }
}

test('RFC 6120 §8.2.3: an iq is answered by the handler of its kind, with its id, to who asked', () => {
  const asked: IncomingIq[] = []
  const { answersTo } = routerWith({
    iqs: [
      echo((iq) => {
        asked.push(iq)
        return xmlElement('urn:x', 'query', ['yes'])
      }),
    ],
  })
  const answer = only(answersTo(`<iq ${HEAD} type='get' id='a&amp;1'><query xmlns='urn:x'/></iq>`))
  assert.equal(
    answer,
    '<iq from="alice@sip.example" to="Bob@xmpp.example/phone" type="result" id="a&amp;1"><query xmlns="urn:x">yes</query></iq>',
  )
  assert.deepEqual(
    asked.map(({ from, to }) => [from.bare, from.resource, to.bare]),
    [['bob@xmpp.example', 'phone', 'alice@sip.example']],
  )
})

test('RFC 6120 §8.4: an iq that nobody knows gets service-unavailable', () => {
  const { answersTo } = routerWith({ iqs: [echo(() => undefined)] })
  for (const [type, child] of [
    ['get', "<query xmlns='urn:other'/>"],
    ['set', "<query xmlns='urn:x'/>"],
    ['get', "<constructor xmlns='urn:x'/>"],
  ] as const) {
    const answer = only(answersTo(`<iq ${HEAD} type='${type}' id='1'>${child}</iq>`))
    assert.match(answer, errorOf('iq', 'cancel', 'service-unavailable'))
  }
})

test('RFC 6120 §8.2.3: an iq without a right type, with no child or with two gets bad-request', () => {
  const { answersTo } = routerWith({ iqs: [echo(() => undefined)] })
  const child = "<query xmlns='urn:x'/>"
  for (const wrong of [
    `<iq ${HEAD} id='1'>${child}</iq>`,
    `<iq ${HEAD} id='1' type='toString'>${child}</iq>`,
    `<iq ${HEAD} id='1' type='get'/>`,
    `<iq ${HEAD} id='1' type='get'>${child}${child}</iq>`,
  ]) {
    assert.match(only(answersTo(wrong)), errorOf('iq', 'modify', 'bad-request'))
  }
  const noId = only(answersTo(`<iq ${HEAD} type='get'>${child}</iq>`))
  assert.match(noId, errorOf('iq', 'modify', 'bad-request', ''))
})

test('RFC 6120 §8.3.1: an error is never answered, nor is a result', () => {
  const fails = () => {
    throw new Error('no')
  }
  const { answersTo, errors } = routerWith({ presence: { error: fails } })
  for (const text of [
    `<iq ${HEAD} type='error' id='1'/>`,
    `<iq ${HEAD} type='result' id='1'/>`,
    `<message ${HEAD} type='error'><body>x</body></message>`,
    `<presence ${HEAD} type='error'/>`,
    `<presence from='bob@other.example' to='alice@sip.example' type='error'/>`,
    `<iq from='bob@other.example' to='alice@sip.example' type='error'/>`,
  ])
    assert.deepEqual(answersTo(text), [])
  assert.deepEqual(errors, ['Error: no'])
})

test('RFC 6120 §8.3.3.6: what fails in a handler is logged, and answered internal-server-error', async () => {
  const { answersTo, errors, sent } = routerWith({
    iqs: [
      echo(() => {
        throw new Error('broken')
      }),
      { ...echo(() => Promise.reject(new Error('later'))), name: 'later' },
      {
        ...echo(() => Promise.reject(new StanzaError('not-acceptable', 'modify'))),
        name: 'refused',
      },
    ],
  })
  const iq = (child: string) => `<iq ${HEAD} type='get' id='1'><${child} xmlns='urn:x'/></iq>`
  assert.match(only(answersTo(iq('query'))), errorOf('iq', 'cancel', 'internal-server-error'))
  assert.deepEqual(answersTo(iq('later')), [])
  await new Promise(setImmediate)
  assert.match(only(sent), errorOf('iq', 'cancel', 'internal-server-error'))
  assert.deepEqual(errors, ['Error: broken', 'Error: later'])
  assert.deepEqual(answersTo(iq('refused')), [])
  await new Promise(setImmediate)
  assert.match(only(sent), errorOf('iq', 'modify', 'not-acceptable'))
})

test('a flood of requests with slow answers is refused from the thousandth on', () => {
  const { answersTo } = routerWith({ iqs: [echo(() => new Promise(() => undefined))] })
  const iq = `<iq ${HEAD} type='get' id='1'><query xmlns='urn:x'/></iq>`
  for (let i = 0; i < 1000; i++) assert.deepEqual(answersTo(iq), [])
  assert.match(only(answersTo(iq)), errorOf('iq', 'wait', 'resource-constraint'))
})

test('RFC 6121 §4.7.1: presence goes to the handler of its type, and an unknown type gets bad-request', () => {
  const heard: string[] = []
  const types = [
    'available',
    'error',
    'probe',
    'subscribe',
    'subscribed',
    'unavailable',
    'unsubscribe',
    'unsubscribed',
  ] as const
  const { answersTo } = routerWith({
    presence: Object.fromEntries(types.map((type) => [type, () => heard.push(type)])),
  })
  for (const type of types) {
    const written = type === 'available' ? '' : `type='${type}'`
    assert.deepEqual(answersTo(`<presence ${HEAD} ${written}/>`), [])
  }
  assert.deepEqual(heard, types)
  for (const unknown of ['invisible', 'available', 'constructor', '']) {
    const answer = only(answersTo(`<presence ${HEAD} id='1' type='${unknown}'/>`))
    assert.match(answer, errorOf('presence', 'modify', 'bad-request'))
  }
})

test('RFC 6121 §8.5: a message that a person wrote gets service-unavailable once; anything else is dropped', () => {
  const taken: string[] = []
  const { answersTo } = routerWith({
    messages: [
      { namespace: 'urn:event', name: 'event', take: ({ from }) => taken.push(from.bare) },
    ],
  })
  for (const type of ['', "type='chat'", "type='groupchat'", "type='strange'"]) {
    const answer = only(answersTo(`<message ${HEAD} id='1' ${type}><body>hi</body></message>`))
    assert.match(answer, errorOf('message', 'cancel', 'service-unavailable'))
  }
  assert.deepEqual(answersTo(`<message ${HEAD} type='headline'><body>hi</body></message>`), [])
  assert.deepEqual(answersTo(`<message ${HEAD}><composing xmlns='urn:c'/></message>`), [])
  const event = `<message ${HEAD}><event xmlns='urn:event'/><body>x</body></message>`
  assert.deepEqual(answersTo(event), [])
  assert.deepEqual(taken, ['bob@xmpp.example'])
})

test('RFC 8048 §8.1: people of other domains may not use the gateway', () => {
  const heard: string[] = []
  const { answersTo } = routerWith({ presence: { subscribe: () => heard.push('subscribe') } })
  const head = "from='carol@other.example/x' to='alice@sip.example'"
  for (const asks of [
    `<presence ${head} type='subscribe'/>`,
    `<iq ${head} type='get' id='1'><query xmlns='urn:x'/></iq>`,
  ])
    assert.match(only(answersTo(asks)), /<error type="auth"><forbidden /)
  for (const told of [
    `<presence ${head}/>`,
    `<presence ${head} type='probe'/>`,
    `<message ${head}><body>x</body></message>`,
    `<iq ${head} type='result' id='1'/>`,
  ])
    assert.deepEqual(answersTo(told), [])
  assert.deepEqual(
    answersTo("<presence from='a@conference.xmpp.example/x' to='alice@sip.example'/>"),
    [],
  )
  assert.deepEqual(heard, [])
})

test('RFC 7622 §3: an address that cannot be gets jid-malformed, one that is not ours nothing', () => {
  const { answersTo } = routerWith()
  const malformed = answersTo(
    `<iq from='bob@xmpp.example/x' to='a b@SIP.example/y' type='get' id='1'><q xmlns='u'/></iq>`,
  )
  assert.match(only(malformed), /from="a b@SIP.example\/y".*<error type="modify"><jid-malformed /)
  for (const text of [
    `<presence from='bob@xmpp.example' type='subscribe'/>`,
    `<presence to='alice@sip.example' type='subscribe'/>`,
    `<presence from='@' to='alice@sip.example' type='subscribe'/>`,
    `<presence from='bob@xmpp.example' to='alice@elsewhere.example' type='strange'/>`,
    `<strange from='bob@xmpp.example' to='alice@sip.example'/>`,
    `<toString from='bob@xmpp.example' to='alice@sip.example'/>`,
  ])
    assert.deepEqual(answersTo(text), [])
})
