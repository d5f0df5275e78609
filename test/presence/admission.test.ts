/** What every request must pass first, and OPTIONS. RFC 3261 §8.2, §11. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startAgent } from './agent-harness.ts'

const ALICE = 'sip:alice@example.com'

interface Row {
  readonly name: string
  readonly method: string
  readonly uri?: string
  readonly headers?: readonly string[]
  readonly status: number
  readonly answer?: readonly [name: string, value: RegExp]
}

const ROWS: readonly Row[] = [
  {
    name: 'RFC 3261 §8.2.1: a method that is not done here gets 405 with Allow',
    method: 'MESSAGE',
    headers: ['Require: nothing'],
    uri: 'im:alice@elsewhere.example',
    status: 405,
    answer: ['Allow', /^OPTIONS, PUBLISH, SUBSCRIBE, REGISTER$/],
  },
  {
    name: 'RFC 3261 §8.2.1: a method that nobody knows gets 501 with Allow',
    method: 'DANCE',
    status: 501,
    answer: ['Allow', /PUBLISH/],
  },
  {
    name: 'RFC 3261 §8.2.2.3: a required extension gets 420 with Unsupported',
    method: 'SUBSCRIBE',
    headers: ['Require: path, eventlist'],
    uri: 'im:alice@elsewhere.example',
    status: 420,
    answer: ['Unsupported', /^path$/],
  },
  {
    name: 'RFC 3261 §8.2.2.1: an unknown URI scheme gets 416',
    method: 'SUBSCRIBE',
    uri: 'im:alice@example.com',
    status: 416,
  },
  {
    name: 'RFC 3261 §8.2.2.1: a domain that is not served gets 404 without a challenge',
    method: 'SUBSCRIBE',
    uri: 'sip:alice@elsewhere.example',
    status: 404,
  },
  {
    name: 'CLIENTS baresip: Supported may be empty, and Route may name this server',
    method: 'OPTIONS',
    headers: ['Supported:', 'Route: <sip:127.0.0.1;lr>'],
    status: 200,
  },
]

test('admission, step by step', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  for (const { name, method, uri = ALICE, headers = [], status, answer } of ROWS) {
    await t.test(name, async () => {
      const parts = { uri, to: ALICE, headers, anonymous: true }
      const response = await bob.request(method, parts)
      assert.equal(response.status, status)
      if (answer) assert.match(response.header(answer[0]) ?? '', answer[1])
    })
  }
})

test('RFC 3261 §11.2: OPTIONS tells what the server can do, to anybody', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  for (const uri of ['sip:example.com', ALICE, `sip:127.0.0.1:${agent.ports.UDP}`]) {
    const response = await bob.request('OPTIONS', { uri, anonymous: true })
    assert.equal(response.status, 200)
    assert.equal(response.header('allow'), 'OPTIONS, PUBLISH, SUBSCRIBE, REGISTER')
    assert.match(
      response.header('accept') ?? '',
      /^application\/pidf\+xml, application\/dialog-info\+xml, application\/simple-message-summary/,
    )
    assert.equal(response.header('accept-encoding'), 'identity, deflate')
    assert.equal(response.header('supported'), 'eventlist, recipient-list-subscribe')
    assert.match(
      response.header('allow-events') ?? '',
      /^presence, presence\.winfo, presence\.winfo\.winfo, dialog, message-summary/,
    )
  }
})
