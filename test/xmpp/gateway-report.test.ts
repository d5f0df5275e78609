/** What an operator is told of the gateway. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gatewayText } from '../../cli/visage/xmpp-text.ts'
import { xmlElement } from '../../core/documents/xml-element.ts'
import { explainOperations, reportXmpp } from '../../service/administration/explain-operations.ts'
import { openOperationSocket } from '../administration/operation-socket.ts'
import { gatewayReport, type ReportGateway } from '../../xmpp-gateway/gateway-report.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import { countSent, createStanzaCounts } from '../../xmpp-gateway/stream/stanza-counts.ts'
import { alice, bob, carol, createManualPairs } from './manual-pairs.ts'
import { createRecordedStreams } from './recorded-streams.ts'

function createDesk() {
  const pairs = createManualPairs()
  const recorded = createRecordedStreams()
  const stanzas = createStanzaCounts()
  const running = { ...recorded, open: () => undefined, close: () => Promise.resolve() }
  const streams = countSent(running, stanzas)
  const avatar = { id: 'a94a8fe5', size: 1, width: 1, height: 1 }
  const avatars = { of: () => ({ state: 'image', avatar }) as const }
  const parts = { pairs, streams, stanzas: stanzas.counts, avatars, components: ['sip.example'] }
  const report: ReportGateway = (address) => gatewayReport(parts, address)
  return { pairs, recorded, streams, stanzas, report }
}

test('RFC 6121 §2.1.2: both directions of a pair are none, to, from or both, and what is pending', () => {
  const { pairs, report } = createDesk()
  const said = (record: Parameters<typeof pairs.set>[0]) => {
    pairs.set(record)
    return gatewayText(report(alice))
      .split('\n', 1)[0]
      ?.replace(/^\S+ +\S+ +/, '')
  }
  assert.equal(said({ to: 'none', from: 'none' }), 'none')
  assert.equal(said({ to: 'asked', from: 'none' }), 'none, asked')
  assert.equal(said({ to: 'none', from: 'asked' }), 'none, wants to see the user')
  assert.equal(said({ to: 'asked', from: 'asked' }), 'none, asked, wants to see the user')
  assert.equal(said({ to: 'granted', from: 'none' }), 'to')
  assert.equal(said({ to: 'granted', from: 'asked' }), 'to, wants to see the user')
  assert.equal(said({ to: 'none', from: 'granted' }), 'from')
  assert.equal(said({ to: 'asked', from: 'granted' }), 'from, asked')
  assert.equal(said({ to: 'granted', from: 'granted' }), 'both')
  assert.equal(said({ to: 'refused', from: 'refused' }), 'none, refused to be seen, was refused')
})

test('the contacts of an address, from either side, with devices and pictures', () => {
  const { pairs, report } = createDesk()
  const pair = pairs.set()
  pairs.set({ contact: carol })
  pairs.resource(pair, 'desk', { show: 'away', priority: 5, photo: 'beef' })
  assert.equal(report(alice).of?.length, 2)
  assert.equal(
    gatewayText(report(bob)),
    [
      'sip:alice@sip.example  sip:bob@xmpp.example  both',
      '  shown       allow, picture a94a8fe5',
      '  resource    desk: away, priority 5, picture beef',
      '',
    ].join('\n'),
  )
})

test('names that contacts give their devices do not steer a terminal', () => {
  const { pairs, report } = createDesk()
  pairs.resource(pairs.set(), 'a\u009b2Jb', { priority: 0 })
  assert.match(gatewayText(report(bob)), /resource {4}a 2Jb: available/)
})

test('streams, stanzas by kind, requests and how many failed', async () => {
  const { recorded, streams, stanzas, report } = createDesk()
  const head = { from: 'alice@sip.example', to: 'bob@xmpp.example' }
  streams.send(stanza('presence', head))
  stanzas.takeReceived(stanza('iq', { ...head, type: 'error' }))
  stanzas.takeReceived(xmlElement('urn:x', 'constructor'))
  recorded.setOnline('sip.example', false)
  await assert.rejects(
    streams.request({ ...head, type: 'get', child: xmlElement('vcard-temp', 'vCard') }),
  )
  assert.equal(
    gatewayText(report()),
    [
      'stream        sip.example: not connected',
      'contacts      0',
      'received      presence 0, message 0, iq 0, error 1, other 1',
      'sent          presence 1, message 0, iq 0, error 0, other 0',
      'requests      vcard-temp: 1, of which 1 failed',
      '',
    ].join('\n'),
  )
})

test('the running service is asked through its socket; without a gateway it says what is missing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'visage-xmpp-'))
  t.after(() => rm(folder, { recursive: true }))
  const explain = () => Promise.reject(new Error('nothing to explain'))
  const open = (reportGateway?: ReportGateway) =>
    openOperationSocket(folder, explainOperations({ explain, reportGateway }))
  const without = await open()
  await assert.rejects(without.ask(reportXmpp, {}), /gateway is off: xmpp.component/)
  await without.close()
  const { pairs, report } = createDesk()
  pairs.set()
  const { ask, close } = await open(report)
  t.after(close)
  const told = await ask(reportXmpp, { address: 'bob@xmpp.example' })
  assert.deepEqual(
    told.of?.map(({ relation }) => relation),
    ['both'],
  )
  await assert.rejects(ask(reportXmpp, { address: '@' }), /@ is no address/)
})
