/**
 * The event package `message-summary`: the lamp that voice mail is waiting. RFC 3842.
 *
 *   voice mail (trusted)               Visage                   alice
 *      | PUBLISH Event: message-summary  |                        |
 *      |-------------------------------->| NOTIFY 1 new           |
 *      |                                 |----------------------->|
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startAgent } from './agent-harness.ts'
import type { Phone } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const MESSAGES = 'message-summary'

async function setUp(t: TestContext) {
  const agent = await startAgent(t, { trusted: true })
  return { alice: await agent.phone('alice'), mail: await agent.phone('mail'), agent }
}

const publishAs = (mail: Phone, body: string, headers: readonly string[] = []) =>
  mail.request('PUBLISH', {
    uri: ALICE,
    from: 'sip:voicemail@192.0.2.6',
    headers: [
      `Event: ${MESSAGES}`,
      'Content-Type: application/simple-message-summary',
      'Expires: 3600',
      ...headers,
    ],
    body,
  })
const watch = (phone: Phone) => phone.subscribe(ALICE, ['Expires: 3600'], MESSAGES)

test('RFC 3842 §3.8: who subscribes hears at once, even when nothing was ever published', async (t) => {
  const { alice } = await setUp(t)
  await watch(alice)
  const notify = await alice.notify()
  assert.equal(notify.header('content-type'), 'application/simple-message-summary')
  assert.equal(notify.body, 'Messages-Waiting: no\r\n')
})

test('RFC 3842 §3.8: a new message is told, and that it was heard', async (t) => {
  const { alice, mail } = await setUp(t)
  await watch(alice)
  await alice.notify()
  const answer = await publishAs(
    mail,
    'Messages-Waiting: yes\r\nVoice-Message: 1/3 (0/1)\r\n\r\nSubject: hello\r\n',
  )
  assert.equal(answer.status, 200)
  // The headers of new messages stay out of what every NOTIFY says. §3.5
  assert.equal((await alice.notify()).body, 'Messages-Waiting: yes\r\nVoice-Message: 1/3 (0/1)\r\n')
  const match = [`SIP-If-Match: ${answer.header('sip-etag')}`]
  await publishAs(mail, 'Messages-Waiting: no\r\nVoice-Message: 0/4\r\n', match)
  assert.equal((await alice.notify()).body, 'Messages-Waiting: no\r\nVoice-Message: 0/4\r\n')
})

test('RFC 3842 §3.10: several mailboxes make one summary', async (t) => {
  const { alice, mail } = await setUp(t)
  await publishAs(mail, 'Messages-Waiting: no\r\nVoice-Message: 0/2\r\nFax-Message: 0/1\r\n')
  await publishAs(mail, 'Messages-Waiting: yes\r\nVoice-Message: 2/1 (1/0)\r\n')
  await watch(alice)
  assert.equal(
    (await alice.notify()).body,
    'Messages-Waiting: yes\r\nVoice-Message: 2/3 (1/0)\r\nFax-Message: 0/1\r\n',
  )
})

test('RFC 3842 §3.5: no sum is larger than a counter may be', async (t) => {
  const { alice, mail } = await setUp(t)
  await publishAs(mail, 'Messages-Waiting: yes\r\nVoice-Message: 4294967295/0\r\n')
  await publishAs(mail, 'Messages-Waiting: yes\r\nVoice-Message: 1/0\r\n')
  await watch(alice)
  assert.match((await alice.notify()).body, /Voice-Message: 4294967295\/0/)
})

test("RFC 3842 §3.7: nobody else learns of alice's messages", async (t) => {
  const { agent } = await setUp(t)
  const bob = await agent.phone('bob')
  assert.equal((await watch(bob)).response.status, 403)
})

test('RFC 3842 §5.2: what is no message summary gets 400, another type 415', async (t) => {
  const { mail } = await setUp(t)
  assert.equal((await publishAs(mail, 'You have mail\r\n')).status, 400)
  const headers = [`Event: ${MESSAGES}`, 'Content-Type: text/plain']
  const answer = await mail.request('PUBLISH', { uri: ALICE, from: ALICE, headers, body: 'x' })
  assert.equal(answer.status, 415)
})
