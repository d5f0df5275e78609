/*
 * Both processes are killed and started again: every kind of subscription goes on, each in its own dialog. DESIGN §5, §7.
 *
 *  alice                 visage                 bob, carol
 *    |--- PUBLISH -------->|------- NOTIFY (before) --->|  plain, behind a route set, by a list, over WebSocket
 *    |                 kill -9                          |
 *    |                   start                          |
 *    |--- PUBLISH -------->|------- NOTIFY (after) ---->|  to whom the flow or the route set is left
 *    |                     |<------ SUBSCRIBE refresh --|  over WebSocket: by a new connection
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createPhone, pidf, type Phone } from '../presence/phone.ts'
import { openSipClient, type SipText } from '../support/sip-client.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { createXcapCaller } from '../xcap/support/xcap-caller.ts'

const ALICE = 'sip:alice@localhost'
const RULES_PATH = 'pres-rules/users/sip:alice@localhost/index'
const LISTS_NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists'

const rules = (tuple: string) =>
  '<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">' +
  '<rule id="bob"><conditions><identity><one id="sip:bob@localhost"/></identity></conditions><actions>' +
  '<pr:sub-handling>allow</pr:sub-handling></actions><transformations><pr:provide-services>' +
  `<pr:all-services/></pr:provide-services><pr:provide-note>true</pr:provide-note>${tuple}` +
  '</transformations></rule></ruleset>'

const entries = (uri: string) =>
  `<resource-lists xmlns="${LISTS_NAMESPACE}"><list><entry uri="${uri}"/></list></resource-lists>`
const LIST_TYPE = 'Content-Type: application/resource-lists+xml'

const noted = (note: string) =>
  pidf(ALICE, 'open').replace('</status>', `</status><note>${note}</note>`)
const cseq = (message: SipText) => Number.parseInt(message.header('cseq') ?? '', 10)

let visage: VisageProcess
const phones: Phone[] = []

async function phone(user: string, transport: 'UDP' | 'WS' = 'UDP'): Promise<Phone> {
  const port = transport === 'WS' ? visage.httpPort : visage.sipPort
  const made = createPhone(await openSipClient(port, transport), user, 'localhost', PASSWORD)
  phones.push(made)
  return made
}

before(async () => {
  const users = ['alice@localhost', 'bob@localhost', 'carol@localhost']
  visage = await startVisage({ users, config: { workers: 2 } })
})

after(async () => {
  await Promise.all(phones.map(({ client }) => client.close()))
  await visage.end()
})

async function putRules(body: string): Promise<void> {
  const call = createXcapCaller({ port: visage.httpPort, password: PASSWORD })
  const headers = { 'Content-Type': 'application/auth-policy+xml' }
  const { status } = await call('PUT', `/xcap-root/${RULES_PATH}`, { as: 'alice', body, headers })
  assert.ok(status === 200 || status === 201, `${status}`)
}

/** Who is told by NOTIFYs, and the last that was heard. */
interface Watching {
  readonly at: Phone
  last: SipText
}

/** The next NOTIFY comes in the same dialog with a higher number. */
async function next(watching: Watching): Promise<SipText> {
  const told = await watching.at.notify()
  for (const name of ['call-id', 'from', 'to', 'event']) {
    assert.equal(told.header(name), watching.last.header(name), name)
  }
  assert.ok(cseq(told) > cseq(watching.last))
  watching.last = told
  return told
}

/** The state as it was is told once more after a crash; then comes what is new. Nothing is ever empty. */
async function nextWith(watching: Watching, news: RegExp): Promise<void> {
  do assert.notEqual((await next(watching)).body, '')
  while (!news.test(watching.last.body))
}

async function watch(at: Phone, uri: string, headers: readonly string[], body = '') {
  const parts = { uri, headers: ['Expires: 600', ...headers], body }
  assert.equal((await at.request('SUBSCRIBE', parts)).status, 200)
  return { at, last: await at.notify() }
}

test('kill -9: watchers under rules, behind a route set, of lists, of watchers and of documents are told in their dialogs', async () => {
  await putRules(rules(''))
  const alice = await phone('alice')
  const published = await alice.publish(noted('before'))
  const bob = await watch(await phone('bob'), ALICE, ['Event: presence'])
  const proxy = await phone('bob')
  const route = `<sip:127.0.0.1:${proxy.client.port};lr>`
  const behind = await phone('bob')
  const headers = ['Event: presence', 'Expires: 600', `Record-Route: ${route}`]
  assert.equal((await behind.request('SUBSCRIBE', { uri: ALICE, headers })).status, 200)
  const routed = { at: proxy, last: await proxy.notify() }
  const list = await watch(
    await phone('bob'),
    'sip:friends@localhost',
    [
      ...['Event: presence', 'Supported: eventlist', 'Require: recipient-list-subscribe'],
      'Accept: application/pidf+xml, application/rlmi+xml, multipart/related',
      ...['Content-Disposition: recipient-list', LIST_TYPE],
    ],
    entries(ALICE),
  )
  const overWs = await phone('bob', 'WS')
  const wsDialog = await overWs.subscribe(ALICE)
  const lastOverWs = await overWs.notify()
  const watchers = await watch(await phone('alice'), ALICE, ['Event: presence.winfo'])
  const documents = await watch(
    await phone('alice'),
    ALICE,
    ['Event: xcap-diff', LIST_TYPE],
    entries(RULES_PATH),
  )
  for (const { last } of [bob, routed, list]) assert.match(last.body, /before/)

  await visage.restart('SIGKILL')

  const again = await phone('alice')
  const ifMatch = `SIP-If-Match: ${published.header('sip-etag') ?? ''}`
  assert.equal((await again.publish(noted('after'), [ifMatch])).status, 200)
  for (const one of [bob, routed]) {
    if (!(await next(one)).body.includes('<note>after<')) {
      assert.match(one.last.body, /<note>before</)
      assert.match((await next(one)).body, /<note>after</)
    }
  }
  assert.equal(routed.last.header('route'), route)
  // A list is told once more when its members are known again; nobody in it is shown otherwise than they are.
  assert.match((await next(list)).body, /fullState="true"/)
  while (!list.last.body.includes('<note>after<')) {
    assert.match(list.last.body, /<note>before</)
    await next(list)
  }

  const returned = await phone('bob', 'WS')
  assert.equal((await returned.refresh(wsDialog, 600, 50)).status, 200)
  const toldOverWs = await returned.notify()
  assert.match(toldOverWs.body, /<note>after</)
  assert.ok(cseq(toldOverWs) > cseq(lastOverWs))

  const carol = await phone('carol')
  assert.equal((await carol.subscribe(ALICE)).response.status, 403, 'the rules are there again')
  assert.equal((await (await phone('bob')).subscribe(ALICE)).response.status, 200)
  await nextWith(watchers, /state="full".*sip:bob@localhost/s)

  await putRules(rules('<pr:provide-mood>true</pr:provide-mood>'))
  await nextWith(documents, /previous-etag/)
})
