/** Nobody of one domain can tell whether a person of another exists: asked in every way there is, both are answered alike. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Phone } from '../presence/phone.ts'
import type { SipText } from '../support/sip-client.ts'
import {
  httpWords,
  NO_NUMBER,
  NOBODY,
  NUMBER,
  sipWords,
  SOMEBODY,
  startTwoDomains,
} from './two-domains.ts'

const uriOf = (person: string) => (person.startsWith('tel:') ? person : `sip:${person}`)

const PIDF = (person: string) =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${uriOf(person)}"><tuple id="t"><status><basic>open</basic></status></tuple></presence>`

const LIST = (person: string) =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="${uriOf(person)}"/></list></resource-lists>`

const XCAP_LIST = (person: string) =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>
  <entry uri="oma_status-icon/users/${uriOf(person)}/"/><entry uri="resource-lists/users/${uriOf(person)}/index"/>
  <entry uri="oma_status-icon/users/${uriOf(person)}/a.png"/></list></resource-lists>`

type Ask = (phone: Phone, person: string) => Promise<readonly SipText[]>

/** The answer, and what is told of it when it was taken on. */
async function withNotify(phone: Phone, response: SipText): Promise<readonly SipText[]> {
  return response.status < 300 ? [response, await phone.notify()] : [response]
}

const subscribeTo =
  (event: string, headers: readonly string[] = [], bodyOf?: (person: string) => string): Ask =>
  async (phone, person) => {
    const uri = uriOf(person)
    const lines = [`Event: ${event}`, ...headers]
    const body = bodyOf === undefined ? {} : { body: bodyOf(person) }
    return withNotify(phone, await phone.request('SUBSCRIBE', { uri, headers: lines, ...body }))
  }

const request =
  (method: string, headers: readonly string[] = [], more: object = {}): Ask =>
  async (phone, person) => [await phone.request(method, { uri: uriOf(person), headers, ...more })]

const LISTS = [
  'Supported: eventlist',
  'Require: recipient-list-subscribe',
  'Content-Type: application/resource-lists+xml',
  'Content-Disposition: recipient-list',
]

const SIP: Readonly<Record<string, Ask>> = {
  'SUBSCRIBE presence': subscribeTo('presence'),
  'SUBSCRIBE presence once': subscribeTo('presence', ['Expires: 0']),
  'SUBSCRIBE presence, differences': subscribeTo('presence', [
    'Accept: application/pidf+xml, application/pidf-diff+xml',
  ]),
  'SUBSCRIBE presence.winfo': subscribeTo('presence.winfo'),
  'SUBSCRIBE dialog': subscribeTo('dialog'),
  'SUBSCRIBE message-summary': subscribeTo('message-summary'),
  'SUBSCRIBE reg': subscribeTo('reg'),
  'SUBSCRIBE a package that there is not': subscribeTo('nothing'),
  'SUBSCRIBE as to a list': subscribeTo('presence', [
    'Supported: eventlist',
    'Accept: application/rlmi+xml, multipart/related, application/pidf+xml',
  ]),
  'SUBSCRIBE with a list in the request (RFC 5367)': (phone, person) =>
    subscribeTo('presence', LISTS, () => LIST(person))(phone, 'lists@a.example'),
  'SUBSCRIBE xcap-diff (RFC 5875)': (phone, person) =>
    subscribeTo('xcap-diff', ['Content-Type: application/resource-lists+xml'], () =>
      XCAP_LIST(person),
    )(phone, 'alice@a.example'),
  PUBLISH: (phone, person) =>
    request('PUBLISH', ['Event: presence', 'Content-Type: application/pidf+xml'], {
      body: PIDF(person),
    })(phone, person),
  'PUBLISH with a tag': request('PUBLISH', ['Event: presence', 'SIP-If-Match: x']),
  'REGISTER in own name': (phone, person) =>
    request('REGISTER', [], { uri: 'sip:b.example', to: uriOf(person) })(phone, person),
  OPTIONS: request('OPTIONS'),
  MESSAGE: request('MESSAGE'),
  INVITE: request('INVITE'),
  NOTIFY: request('NOTIFY', ['Event: presence', 'Subscription-State: active']),
  'anonymous SUBSCRIBE': (phone, person) =>
    request('SUBSCRIBE', ['Event: presence'], { anonymous: true, from: uriOf(person) })(
      phone,
      person,
    ),
  'anonymous REGISTER': (phone, person) =>
    request('REGISTER', [], {
      anonymous: true,
      uri: 'sip:b.example',
      from: uriOf(person),
      to: uriOf(person),
    })(phone, person),
  'somebody else’s name in From': (phone, person) =>
    request('SUBSCRIBE', ['Event: presence'], { from: uriOf(person) })(phone, person),
}

async function differencesInSip(t: TestContext, persons: readonly string[]): Promise<string[]> {
  const service = await startTwoDomains(t)
  const different: string[] = []
  for (const [name, ask] of Object.entries(SIP)) {
    const said: string[] = []
    for (const person of persons) {
      const phone = await service.phone()
      const answers = await ask(phone, person).catch((error: unknown) => error as Error)
      const words =
        answers instanceof Error ? [answers.message] : answers.map((one) => sipWords(one, person))
      said.push(
        [...words, ...phone.client.untaken().map((one) => sipWords(one, person))].join('\n----\n'),
      )
    }
    if (said[0] !== said[1]) different.push(`${name}:\n${said.join('\n==== and of nobody\n')}`)
  }
  return different
}

void test('RFC 3856 §9.1: SIP tells nobody of another domain who exists', async (t) => {
  assert.deepEqual(await differencesInSip(t, [SOMEBODY, NOBODY]), [])
})

void test('RFC 3856 §9.1: SIP tells nobody of another domain whose a telephone number is', async (t) => {
  assert.deepEqual(await differencesInSip(t, [NUMBER, NO_NUMBER]), [])
})

void test('RFC 6665 §4.1.3: a watcher of another domain is not told that an account is removed, alone or in a list', async (t) => {
  const service = await startTwoDomains(t)
  const phone = await service.phone()
  const open = async (person: string) => {
    const one = await phone.subscribe(`sip:${person}`)
    await phone.notify()
    const body = LIST(person)
    const list = await phone.request('SUBSCRIBE', {
      ...{ uri: 'sip:lists@a.example', headers: ['Event: presence', ...LISTS], body },
    })
    assert.equal(list.status, 200)
    await phone.notify()
    return one
  }
  const dialogs = [await open(SOMEBODY), await open(NOBODY)]
  await service.remove()
  const said: string[] = []
  for (const [at, person] of [SOMEBODY, NOBODY].entries()) {
    const dialog = dialogs[at]
    assert.ok(dialog)
    const answer = await phone.refresh(dialog, 600)
    said.push([answer, await phone.notify()].map((one) => sipWords(one, person)).join('\n'))
  }
  assert.equal(said[0], said[1])
  assert.match(said[0] ?? '', /200 OK[^]*Subscription-State: pending/)
  assert.deepEqual(phone.client.untaken(), [], 'nothing was told of the removal')
})

const USAGES = [
  ...[
    'resource-lists',
    'rls-services',
    'pres-rules',
    'pidf-manipulation',
    'oma_status-icon',
    'xcap-caps',
  ],
  ...[
    'org.openmobilealliance.pres-rules',
    'org.openmobilealliance.pres-content',
    'org.openmobilealliance.xcap-directory',
  ],
  ...['org.openmobilealliance.user-profile', 'org.visage.public-card', 'org.visage.held-icon'],
  ...['dialog-rules', 'org.openxcap.dialog-rules'],
]

const TARGETS = (person: string) => [
  ...USAGES.flatMap((auid) => [
    `/xcap-root/${auid}/users/${uriOf(person)}/index`,
    `/xcap-root/${auid}/users/${person}/index`,
    `/xcap-root/${auid}/users/${uriOf(person)}/oma_status-icon/index`,
    `/xcap-root/${auid}/users/${uriOf(person)}/index/~~/resource-lists/list`,
  ]),
  `/xcap-root/org.openmobilealliance.xcap-directory/users/${uriOf(person)}/directory.xml`,
  `/icons/${person}`,
  `/icons/${person}?s=32&d=blank`,
  `/u/${person}`,
]

void test('HTTP tells nobody of another domain who exists, signed in or not', async (t) => {
  const { call } = await startTwoDomains(t, { domain: { iconApproval: 'required' } })
  const different: string[] = []
  const ask = async (
    method: string,
    at: (person: string) => string,
    options: (person: string) => object,
  ) => {
    const [one, other] = [SOMEBODY, NOBODY].map(async (person) =>
      httpWords(await call(method, at(person), options(person)), person),
    )
    if ((await one) !== (await other)) {
      different.push(`${method} ${at(SOMEBODY)}: ${await one} and of nobody ${await other}`)
    }
  }
  for (const index of TARGETS(SOMEBODY).keys()) {
    const at = (person: string) => TARGETS(person)[index] ?? ''
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'POST']) {
      await ask(method, at, () => ({}))
    }
  }
  // Few: from the eleventh in a minute a bad password waits.
  const home = (person: string) => `/xcap-root/pres-rules/users/sip:${person}/index`
  for (const method of ['GET', 'PUT', 'DELETE']) {
    await ask(method, home, () => ({ as: 'alice@a.example' }))
    await ask(method, home, (person) => ({ as: person, password: 'wrong' }))
  }
  const json = { 'Content-Type': 'application/json' }
  for (const secret of [{}, { password: 'wrong' }]) {
    await ask(
      'POST',
      () => '/session',
      (person) => ({
        headers: json,
        body: JSON.stringify({ address: person, ...secret }),
      }),
    )
    await ask(
      'POST',
      () => '/session',
      (person) => ({
        headers: { ...json, Origin: 'null' },
        body: JSON.stringify({ address: person, ...secret }),
      }),
    )
  }
  assert.deepEqual(different, [])
})
