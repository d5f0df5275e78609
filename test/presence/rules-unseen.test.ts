/** What rules hide is not given away by when and how often a watcher is told. RFC 5025 §3.3. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createGate } from './gate.ts'
import { pidf } from './phone.ts'
import { ALL_OF_IT, BOB, one, rule, ruled, seen, writeRules } from './ruled-alice.ts'
import { ALICE, assertedAs, nothingMore, watchAs } from './watched-alice.ts'

const NO_ICON = ALL_OF_IT.replace(
  '<p:provide-all-attributes/>',
  '<p:provide-note>true</p:provide-note>',
)
const noted = (note: string, icon: string) =>
  pidf(ALICE, 'open', `<note>${note}</note><dm:person id="p"><c:icon>${icon}</c:icon></dm:person>`)

test('RFC 5025 §3.3: who may not see the icon does not see either that it changed', async (t) => {
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'allow', NO_ICON))
  const publish = async (note: string, icon: string) => {
    const ifMatch = tag === undefined ? [] : [`SIP-If-Match: ${tag}`]
    tag = (await alice.publish(noted(note, icon), ifMatch)).header('sip-etag')
  }
  let tag: string | undefined
  await publish('a', 'http://h.example/a.png')
  const dialog = await phone.subscribe(ALICE, ['Expires: 600', assertedAs(BOB)])
  assert.match((await seen(phone)).body, /<note>a</)
  await publish('a', 'http://h.example/b.png')
  await nothingMore(agent, phone)
  await publish('b', 'http://h.example/b.png')
  assert.match((await seen(phone)).body, /<note>b</)
  await publish('b', 'http://h.example/c.png')
  await nothingMore(agent, phone)
  await phone.refresh(dialog, 600, undefined, [assertedAs(BOB)])
  assert.match((await seen(phone)).body, /<note>b</, 'whoever asks is told')
})

test('what a watcher sees is told though a change that it does not see is still being composed', async (t) => {
  const gate = createGate()
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'allow', NO_ICON), {
    documents: ({ documents }) => ({
      ...documents,
      async currentIcon(aor) {
        await gate.passed()
        return documents.currentIcon(aor)
      },
    }),
  })
  const first = await alice.publish(noted('a', 'http://h.example/a.png'))
  await watchAs(phone, BOB)
  await seen(phone)
  await agent.advance(0)
  gate.close()
  const ifMatch = `SIP-If-Match: ${first.header('sip-etag') ?? ''}`
  const second = await alice.publish(noted('a', 'http://h.example/b.png'), [ifMatch])
  await alice.publish(noted('b', 'http://h.example/b.png'), [
    `SIP-If-Match: ${second.header('sip-etag') ?? ''}`,
  ])
  gate.open()
  assert.match((await seen(phone)).body, /<note>b</)
})

test('RFC 5025 §3.2.1: a document that was being composed when the rules changed is made by the new ones', async (t) => {
  const gate = createGate()
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'allow'), {
    documents: ({ documents }) => ({
      ...documents,
      async currentIcon(aor) {
        await gate.passed()
        return documents.currentIcon(aor)
      },
    }),
  })
  await watchAs(phone, BOB)
  await seen(phone)
  await agent.advance(0)
  gate.close()
  await alice.publish(noted('a secret', 'http://h.example/a.png'))
  await writeRules(agent, rule(one(BOB), 'polite-block'))
  await setTimeout(20)
  gate.open()
  assert.doesNotMatch((await seen(phone)).body, /a secret/)
})

test('RFC 6446 §6.2: who sees a part only is reminded of it as often as it asked', async (t) => {
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'allow', NO_ICON))
  await alice.publish(noted('a', 'http://h.example/a.png'))
  const headers = ['Expires: 600', assertedAs(BOB)]
  await phone.subscribe(ALICE, headers, 'presence;min-rate=0.1')
  for (let time = 0; time < 3; time++) {
    assert.match((await seen(phone)).body, /<note>a</)
    await agent.advance(0)
    await nothingMore(agent, phone)
    await agent.advance(10_001)
  }
})

test('RFC 5025 §3.1.2: what a new sphere hides is not told by the rules of the old one', async (t) => {
  const rules = rule('', 'polite-block') + rule('<sphere value="work"/>', 'allow')
  const { agent, alice, phone } = await ruled(t, rules)
  const publish = async (sphere: string, basic: 'open' | 'closed', tag?: string) => {
    const match = tag === undefined ? [] : [`SIP-If-Match: ${tag}`]
    const response = await alice.publish(
      pidf(
        ALICE,
        basic,
        `<dm:person id="p"><rpid:sphere><rpid:${sphere}/></rpid:sphere></dm:person>`,
      ),
      match,
    )
    return response.header('sip-etag') ?? ''
  }
  const first = await publish('work', 'closed')
  await watchAs(phone, BOB)
  assert.match((await seen(phone)).body, /<rpid:work/)
  const second = await publish('work', 'open', first)
  assert.match((await seen(phone)).body, /open.*<rpid:work/)
  const third = await publish('home', 'open', second)
  assert.match((await seen(phone)).body, /closed(?!.*work)/)
  await nothingMore(agent, phone)
  await publish('work', 'open', third)
  assert.match((await seen(phone)).body, /open.*<rpid:work/)
  await nothingMore(agent, phone)
})

test('RFC 5025 §3.3: who may not see the icon does not see through a list either that it changed', async (t) => {
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'allow', NO_ICON))
  const first = await alice.publish(noted('a', 'http://h.example/a.png'))
  await phone.request('SUBSCRIBE', {
    uri: 'sip:friends@example.com',
    headers: [
      ...['Event: presence', 'Expires: 600', assertedAs(BOB)],
      ...['Supported: eventlist', 'Require: recipient-list-subscribe'],
      'Accept: application/pidf+xml, application/rlmi+xml, multipart/related',
      ...['Content-Type: application/resource-lists+xml', 'Content-Disposition: recipient-list'],
    ],
    body: `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="${ALICE}"/></list></resource-lists>`,
  })
  assert.match((await seen(phone)).body, /<note>a</)
  const match = (tag: string | undefined) => [`SIP-If-Match: ${tag ?? ''}`]
  const tag = first.header('sip-etag')
  const second = await alice.publish(noted('a', 'http://h.example/b.png'), match(tag))
  await nothingMore(agent, phone)
  await alice.publish(noted('b', 'http://h.example/b.png'), match(second.header('sip-etag')))
  assert.match((await seen(phone)).body, /<note>b</)
})
