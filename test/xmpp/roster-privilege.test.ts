/** Names in rosters that the XMPP server lets the gateway write. XEP-0356. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { XmlElement } from '../../core/documents/xml-element.ts'
import { silentLog } from '../../core/model/log.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import { createStanzaRouter } from '../../xmpp-gateway/routing/stanza-router.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import { followPrivileges } from '../../xmpp-gateway/roster/privileges.ts'
import { createRosterNames } from '../../xmpp-gateway/roster/roster-names.ts'
import { followSuggestions } from '../../xmpp-gateway/roster/suggestions.ts'
import { alice, bob, carol, createManualPairs } from './manual-pairs.ts'
import { turns } from './pairs-desk.ts'
import { createRecordedStreams } from './recorded-streams.ts'
import { tree } from './services-desk.ts'

const ALICE = 'alice@sip.example'
const BOB = 'bob@xmpp.example'

/** Bob's server opens its rosters to sip.example, unless `advertised` says otherwise. His roster holds `items`. */
function createDesk({
  items = `<item jid="${ALICE}" subscription="from"/>`,
  advertised = '<perm access="roster" type="both"/>',
  account = { name: 'Alice <3' },
}: { items?: string; advertised?: string; account?: { name?: string } } = {}) {
  const pairs = createManualPairs()
  const streams = createRecordedStreams()
  const warnings: string[] = []
  const log = { ...silentLog, warn: (_: unknown, line: string) => warnings.push(line) }
  const accounts = { find: () => ({ aor: alice, aliases: [], credentials: [], ...account }) }
  const privileges = followPrivileges(streams)
  const shared = { pairs, streams, accounts, log }
  followSuggestions({
    ...shared,
    names: createRosterNames({ ...shared, privileges }),
    capabilities: { featuresOf: () => new Set(['http://jabber.org/protocol/rosterx']) },
  })
  const route = createStanzaRouter({
    ...{ domains: new Set(['xmpp.example']), iqs: [], presence: {} },
    ...{ messages: privileges.messages, send: () => undefined, log: silentLog },
  })
  const roster: { items: string; refuses?: boolean } = { items }
  streams.answer(BOB, 'jabber:iq:roster', ({ type }) => {
    if (roster.refuses) throw new StanzaError('forbidden', 'auth')
    const query = `<query xmlns="jabber:iq:roster">${roster.items}</query>`
    return tree(`<iq xmlns="jabber:component:accept">${type === 'get' ? query : ''}</iq>`)
  })
  const desk = {
    ...{ pairs, streams, roster, warnings },
    says(perms: string, { from = 'xmpp.example', version = 2 } = {}) {
      const privilege = `<privilege xmlns="urn:xmpp:privilege:${version}">${perms}</privilege>`
      const head = `xmlns="jabber:component:accept" from="${from}" to="sip.example"`
      route(tree(`<message ${head}>${privilege}</message>`), 'sip.example')
    },
    /** Bob lets her see him, with a device that takes suggestions. Gives what he or his server was asked for. */
    async relate(contact = bob): Promise<string[]> {
      const before = streams.requests.length
      pairs.set({ contact, to: 'asked', from: 'none' })
      pairs.resource(pairs.set({ contact, to: 'granted' }), 'new', {})
      await turns()
      return streams.requests.slice(before).map(brief)
    },
  }
  desk.says(advertised)
  return desk
}

function brief({
  type,
  from,
  to,
  child,
}: {
  type: string
  from: string
  to: string
  child: XmlElement
}) {
  return `${type} ${from} ${to} ${writeStanza(child)}`
}

const GET = `get sip.example ${BOB} <query xmlns="jabber:iq:roster"/>`
const SET = (item: string) =>
  `set sip.example ${BOB} <query xmlns="jabber:iq:roster">${item}</query>`
const isSuggestion = (asked: string) => asked.includes('rosterx')

test('XEP-0356 §4.3: name and group are written once, beside the groups that are there', async () => {
  const desk = createDesk({
    items: `<item jid="carol@sip.example"/><item jid="Alice@sip.example" subscription="both"><group>Work &amp; play</group></item>`,
  })
  assert.deepEqual(await desk.relate(), [
    GET,
    SET(
      `<item jid="${ALICE}" name="Alice &lt;3"><group>Work &amp; play</group><group>SIP</group></item>`,
    ),
  ])
  desk.pairs.set({ from: 'refused' })
  desk.pairs.set()
  await turns()
  assert.equal(desk.streams.requests.length, 2)
})

test('XEP-0356: a name that the contact has given stays, and who is taken off is not put back', async () => {
  const named = createDesk({ items: `<item jid="${ALICE}" name="Ally"/>` })
  assert.deepEqual(await named.relate(), [GET])
  const gone = createDesk({ items: '<item jid="alice@other.example"/>' })
  assert.deepEqual(await gone.relate(), [GET])
})

test('XEP-0356: without a name of hers the group alone is written, where it is not there', async () => {
  const desk = createDesk({ account: {} })
  assert.deepEqual(await desk.relate(), [
    GET,
    SET(`<item jid="${ALICE}"><group>SIP</group></item>`),
  ])
  desk.roster.items = `<item jid="${ALICE}"><group>SIP</group></item>`
  assert.deepEqual(await desk.relate(), [GET])
})

test('XEP-0356 §4.2: reading and writing in both namespaces; what is less, or from somebody else, is suggested', async () => {
  const old = createDesk({ advertised: '' })
  old.says('<perm access="roster" type="get"/><perm access="roster" type="set"/>', { version: 1 })
  assert.equal((await old.relate()).length, 2)
  for (const perms of [
    '',
    '<perm access="roster" type="get"/>',
    '<perm access="message" type="both"/>',
  ]) {
    assert.deepEqual((await createDesk({ advertised: perms }).relate()).map(isSuggestion), [true])
  }
  const forged = createDesk({ advertised: '' })
  forged.says('<perm access="roster" type="both"/>', { from: 'mallory@xmpp.example/x' })
  forged.says('<perm access="roster" type="both"/>', { from: 'xmpp.example/x' })
  forged.says('<perm access="roster" type="both"/>', { from: 'other.example' })
  assert.deepEqual((await forged.relate()).map(isSuggestion), [true])
})

test('XEP-0356: what was allowed ends when it is taken back, and with the stream', async () => {
  const taken = createDesk()
  taken.says('<perm access="roster" type="none"/>')
  assert.deepEqual((await taken.relate()).map(isSuggestion), [true])
  const ended = createDesk()
  ended.streams.setOnline('sip.example', false)
  ended.streams.setOnline('sip.example', true)
  assert.deepEqual((await ended.relate()).map(isSuggestion), [true])
})

test('XEP-0356: who is let go while the roster is read gets no name', async () => {
  const desk = createDesk()
  desk.streams.answer(BOB, 'jabber:iq:roster', () => {
    desk.pairs.remove(alice, bob)
    return tree(
      `<iq xmlns="jabber:component:accept"><query xmlns="jabber:iq:roster"><item jid="${ALICE}"/></query></iq>`,
    )
  })
  assert.deepEqual(await desk.relate(), [GET])
})

test('XEP-0356: a server that refuses is warned of once, and harms nobody', async () => {
  const desk = createDesk()
  desk.roster.refuses = true
  assert.deepEqual(await desk.relate(), [GET])
  await desk.relate(carol)
  assert.deepEqual(desk.warnings, ['A roster could not be read or written'])
})
