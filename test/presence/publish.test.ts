/** PUBLISH: the answers of RFC 3903 §6, in its own order. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateSync } from 'node:zlib'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const BODY = pidf(ALICE, 'open')
const PIDF = 'Content-Type: application/pidf+xml'
const PRESENCE = 'Event: presence'

interface Row {
  readonly name: string
  readonly headers: readonly string[]
  readonly body?: string
  readonly uri?: string
  readonly status: number
  /** What a header field of the answer must say. */
  readonly answer?: readonly [name: string, value: RegExp]
}

// Each row breaks its own rule and every later one: the earlier rule must win.
const LATER_FAULTS = ['Expires: 1', 'Content-Type: text/plain']
const ROWS: readonly Row[] = [
  {
    name: 'RFC 3903 §6 step 1: an address that nobody has gets 404, before anything else',
    headers: ['Event: nothing', 'SIP-If-Match: unknown', ...LATER_FAULTS],
    uri: 'sip:nobody@example.com',
    status: 404,
  },
  {
    name: 'RFC 3903 §6 step 1: a domain that is not served gets 404',
    headers: [PRESENCE, PIDF],
    uri: 'sip:alice@elsewhere.example',
    status: 404,
  },
  {
    name: 'RFC 3903 §6 step 2: a missing Event gets 489 with Allow-Events',
    headers: ['SIP-If-Match: unknown', ...LATER_FAULTS],
    status: 489,
    answer: ['Allow-Events', /^presence, dialog, message-summary$/],
  },
  {
    name: 'RFC 3903 §6 step 2: an unknown event package gets 489 with Allow-Events',
    headers: ['Event: weather', 'SIP-If-Match: unknown', ...LATER_FAULTS],
    status: 489,
    answer: ['Allow-Events', /^presence, dialog, message-summary$/],
  },
  {
    name: 'RFC 3903 §6 step 3: two entity tags get 400',
    headers: [PRESENCE, 'SIP-If-Match: one, two', ...LATER_FAULTS],
    status: 400,
  },
  {
    name: 'RFC 3903 §6 step 3: entity tags on two lines get 400',
    headers: [PRESENCE, 'SIP-If-Match: one', 'SIP-If-Match: two', ...LATER_FAULTS],
    status: 400,
  },
  {
    name: 'RFC 3903 §6 step 3: an unknown SIP-If-Match gets 412',
    headers: [PRESENCE, 'SIP-If-Match: unknown', ...LATER_FAULTS],
    status: 412,
  },
  {
    name: 'RFC 3903 §6 step 4: an interval below the minimum gets 423 with Min-Expires',
    headers: [PRESENCE, ...LATER_FAULTS],
    status: 423,
    answer: ['Min-Expires', /^60$/],
  },
  {
    name: 'RFC 3903 §6 step 5: another media type gets 415 with Accept',
    headers: [PRESENCE, 'Content-Type: text/plain'],
    status: 415,
    answer: ['Accept', /^application\/pidf\+xml$/],
  },
  {
    name: 'RFC 3903 §6 step 5: an unknown content coding gets 415 with Accept-Encoding',
    headers: [PRESENCE, PIDF, 'Content-Encoding: br'],
    status: 415,
    answer: ['Accept-Encoding', /deflate/],
  },
  {
    name: 'RFC 3903 §6 step 5: neither body nor tag gets 400',
    headers: [PRESENCE],
    body: '',
    status: 400,
  },
  {
    name: 'RFC 3863: a body that is not well-formed gets 400',
    headers: [PRESENCE, PIDF],
    body: '<presence',
    status: 400,
  },
  {
    name: 'RFC 3863: a body that is not a presence document gets 400',
    headers: [PRESENCE, PIDF],
    body: '<roster xmlns="urn:example"/>',
    status: 400,
  },
  {
    name: 'a document type declaration gets 400',
    headers: [PRESENCE, PIDF],
    body: `<!DOCTYPE presence [<!ENTITY a "b">]>${BODY.replace(/^<\?.*?\?>/, '')}`,
    status: 400,
  },
  {
    name: 'a body beyond the limit gets 413',
    headers: [PRESENCE, PIDF],
    body: pidf(ALICE, 'open', `<note>${'x'.repeat(50_000)}</note>`),
    status: 413,
  },
  {
    name: 'RFC 3903 §6 step 6: an initial PUBLISH gets 200 with Expires and SIP-ETag',
    headers: [PRESENCE, PIDF, 'Expires: 600'],
    status: 200,
    answer: ['Expires', /^600$/],
  },
  {
    name: 'CLIENTS pjsua: an absent Expires counts as 3600',
    headers: [PRESENCE, PIDF],
    status: 200,
    answer: ['Expires', /^3600$/],
  },
  {
    name: 'RFC 3903 §6 step 4: an interval above the maximum is shortened to it',
    headers: [PRESENCE, PIDF, 'Expires: 100000'],
    status: 200,
    answer: ['Expires', /^7200$/],
  },
  {
    name: 'a media type parameter is tolerated',
    headers: [PRESENCE, 'Content-Type: application/pidf+xml;charset=UTF-8'],
    status: 200,
  },
]

test('RFC 3903 §6: the answers, in its order', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { publishedBytes: 20_000 } } })
  const alice = await agent.phone('alice', { transport: 'TCP' })
  for (const { name, headers, body = BODY, uri = ALICE, status, answer } of ROWS) {
    await t.test(name, async () => {
      const from = ALICE
      const response = await alice.request('PUBLISH', { uri, from, headers, body })
      assert.equal(response.status, status, response.startLine)
      if (status === 200) assert.match(response.header('sip-etag') ?? '', /^[\w.-]+$/)
      if (answer) assert.match(response.header(answer[0]) ?? '', answer[1])
    })
  }
})

test('RFC 3903 §6: initial, refresh, modify and remove each get a new SIP-ETag; the old one is spent', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await bob.subscribe(ALICE)
  await bob.notify()
  const tags: string[] = []
  const publish = async (body: string | undefined, ...headers: string[]) => {
    const ifMatch = tags.length > 0 ? [`SIP-If-Match: ${tags.at(-1) ?? ''}`] : []
    const response = await alice.publish(body, [...ifMatch, ...headers])
    assert.equal(response.status, 200)
    tags.push(response.header('sip-etag') ?? '')
    return response
  }
  await publish(pidf(ALICE, 'open'))
  assert.match((await bob.notify()).body, /<basic>open</)
  await publish(undefined)
  await publish(pidf(ALICE, 'open', '<note>second</note>'))
  // The refresh told nobody anything: the modification comes next.
  assert.match((await bob.notify()).body, /second/)
  assert.equal((await alice.publish(undefined, [`SIP-If-Match: ${tags[0] ?? ''}`])).status, 412)
  const removed = await publish(undefined, 'Expires: 0')
  assert.equal(removed.header('expires'), '0')
  assert.match((await bob.notify()).body, /<basic>closed</)
  assert.equal(new Set(tags).size, 4)
  const again = await alice.publish(undefined, [`SIP-If-Match: ${tags.at(-1) ?? ''}`])
  assert.equal(again.status, 412, 'what was removed cannot be refreshed')
})

test('RFC 3903 §6 step 5: an initial PUBLISH with Expires 0 stores nothing', async (t) => {
  const agent = await startAgent(t)
  const alice = await agent.phone('alice')
  const response = await alice.publish(BODY, ['Expires: 0'])
  assert.equal(response.status, 200)
  assert.equal(response.header('expires'), '0')
  const ifMatch = `SIP-If-Match: ${response.header('sip-etag') ?? ''}`
  assert.equal((await alice.publish(undefined, [ifMatch])).status, 412)
})

test('two devices of one person make one document; the one that expires leaves the other', async (t) => {
  const agent = await startAgent(t)
  const [desk, mobile] = [await agent.phone('alice'), await agent.phone('alice')]
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE, ['Expires: 3600'])
  await bob.notify()
  await desk.publish(pidf(ALICE, 'open', '<note>desk</note>'), ['Expires: 60'])
  await bob.notify()
  await mobile.publish(pidf(ALICE, 'open', '<note>mobile</note>'), ['Expires: 120'])
  const both = await bob.notify()
  assert.match(both.body, /desk/)
  assert.match(both.body, /mobile/)
  const ids = [...both.body.matchAll(/<tuple id="([^"]+)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, 2, 'CLIENTS 19: equal tuple ids are made unique')
  await agent.advance(61_000)
  const one = await bob.notify()
  assert.doesNotMatch(one.body, /desk/)
  assert.match(one.body, /mobile/)
  await agent.advance(60_000)
  const none = await bob.notify()
  assert.match(none.body, /<basic>closed</, 'CLIENTS 20: the last one gone shows as closed')
})

test('only the presentity publishes its state: others get 403', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const headers = [PRESENCE, PIDF]
  const response = await bob.request('PUBLISH', { uri: ALICE, headers, body: BODY })
  assert.equal(response.status, 403)
})

test('CLIENTS 13: a deflated body is read, an inflated bomb gets 413', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { publishedBytes: 20_000 } } })
  const alice = await agent.phone('alice')
  const deflated = async (text: string) => {
    const headers = [PRESENCE, PIDF, 'Content-Encoding: deflate']
    return alice.request('PUBLISH', { uri: ALICE, headers, body: deflateSync(text) })
  }
  assert.equal((await deflated(BODY)).status, 200)
  assert.equal((await deflated('x'.repeat(1_000_000))).status, 413)
})

test('beyond the limit of one presentity the publication that ends first gives way', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { publicationsPerPresentity: 2 } } })
  const alice = await agent.phone('alice')
  const tags: string[] = []
  for (const expires of [600, 300, 900]) {
    const response = await alice.publish(BODY, [`Expires: ${expires}`])
    tags.push(`SIP-If-Match: ${response.header('sip-etag') ?? ''}`)
  }
  const statuses: number[] = []
  for (const tag of tags) statuses.push((await alice.publish(undefined, [tag])).status)
  assert.deepEqual(statuses, [200, 412, 200])
})

test('many large publications of one presentity: the ones that end first give way', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { publishedBytes: 10_000 } } })
  const alice = await agent.phone('alice')
  const large = pidf(ALICE, 'open', `<note>${'n'.repeat(8_000)}</note>`)
  const tags: string[] = []
  for (const expires of [600, 300, 900, 800]) {
    const response = await alice.publish(large, [`Expires: ${expires}`])
    tags.push(`SIP-If-Match: ${response.header('sip-etag') ?? ''}`)
  }
  const statuses: number[] = []
  for (const tag of tags) statuses.push((await alice.publish(undefined, [tag])).status)
  assert.deepEqual(statuses, [412, 412, 200, 200])
})

test('a document that no datagram could carry is told in essence: the watcher is neither lost nor left behind', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await bob.subscribe(ALICE)
  await bob.notify()
  const tuples = '<tuple id="t"><status><basic>open</basic></status></tuple>'.repeat(900)
  const large = await alice.publish(pidf(ALICE, 'closed', tuples))
  assert.equal(large.status, 200)
  const told = await bob.notify()
  assert.match(told.body, /<basic>open</)
  assert.ok(Buffer.byteLength(told.text) < 60_000)
  await alice.publish(pidf(ALICE, 'open'), [`SIP-If-Match: ${large.header('sip-etag') ?? ''}`])
  assert.match((await bob.notify()).body, /id="t1"/)
})

test('a namespace name that would stand on a thousand elements gets 400', async (t) => {
  const agent = await startAgent(t)
  const alice = await agent.phone('alice')
  const bomb = `<x xmlns:a="urn:${'n'.repeat(20_000)}">${'<a:x/>'.repeat(1_000)}</x>`
  assert.equal((await alice.publish(pidf(ALICE, 'open', bomb))).status, 400)
})
