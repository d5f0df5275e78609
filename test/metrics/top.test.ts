/** Who costs a service most: counted while somebody looks, in bounded memory. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtTop } from '../../service/administration/top-operations.ts'
import { withAdministration } from '../../service/administration/administration.ts'
import { silentLog } from '../../core/model/log.ts'
import { createCostSketch } from '../../service/top/cost-sketch.ts'
import { createCostWindow } from '../../service/top/cost-window.ts'
import { messageParty } from '../../service/top/message-party.ts'
import { topText } from '../../cli/visage/top-text.ts'
import { noCost } from '../../service/top/cost.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startObserved } from './observed-service.ts'

test('of more names than are kept, those that cost most stay', () => {
  const sketch = createCostSketch(10)
  for (let round = 0; round < 100; round++) {
    sketch.of('heavy').requests++
    for (let other = 0; other < 5; other++) sketch.of(`${round} ${other}`).requests++
  }
  const kept = new Map(sketch.entries())
  assert.equal(kept.size, 10)
  assert.equal(kept.get('heavy')?.requests, 100)
})

test('what is older than a minute is forgotten', () => {
  const clock = createManualClock()
  const window = createCostWindow(clock)
  window.of('x').requests++
  clock.advance(30_000)
  window.of('x').requests++
  assert.equal(window.sums().get('x')?.requests, 2)
  clock.advance(35_000)
  assert.equal(window.sums().get('x')?.requests, 1)
  clock.advance(35_000)
  assert.equal(window.sums().size, 0)
})

test('RFC 3261 §8.1.1: who asks is in From, who is asked in To, whichever way the message goes', () => {
  const head = 'f: "A" <sip:alice@a.example>;tag=1\r\nTo: <sip:bob@b.example>\r\n\r\n'
  const request = Buffer.from(`NOTIFY sip:x SIP/2.0\r\n${head}`)
  const response = Buffer.from(`SIP/2.0 403 Forbidden\r\n${head}`)
  const parties = [
    messageParty(request, 'in'),
    messageParty(request, 'out'),
    messageParty(response, 'in'),
    messageParty(response, 'out'),
    messageParty(Buffer.from('\r\n\r\n'), 'in'),
  ]
  const [alice, bob] = ['sip:alice@a.example', 'sip:bob@b.example']
  assert.deepEqual(
    parties.map(({ address }) => address),
    [alice, bob, bob, alice, undefined],
  )
  assert.deepEqual([parties[0]?.method, parties[3]?.status], ['NOTIFY', 403])
})

test('the running service counts from the first look on: an account and its source, requests and NOTIFYs', async (t) => {
  const { configuration, phone, visage } = await startObserved(t)
  const look = () =>
    withAdministration(configuration, { domainsKnown: true, log: silentLog }, (ask) =>
      ask(lookAtTop, { by: 'requests', limit: 10 }),
    )
  await phone.publish(undefined)
  assert.deepEqual((await look()).rows, [], 'nobody looked before')
  await phone.subscribe('sip:alice@localhost')
  await phone.notify()
  await fetch(`${visage.addresses.xcapRoot}/pres-content/users/sip:alice@localhost/x`)
  const { rows } = await look()
  const alice = rows.find(({ name }) => name === 'sip:alice@localhost')
  assert.equal(alice?.kind, 'account')
  assert.equal(alice.notifies, 1)
  // Two SUBSCRIBEs, the first of which was challenged, and the GET.
  assert.equal(alice.requests, 3)
  assert.ok(alice.bytesIn > 500 && alice.bytesOut > 500)
  const source = rows.find(({ name }) => name === '127.0.0.1')
  assert.ok(source && source.requests >= 3)
})

test('the table marks the column that it is sorted by, and lets no name steer the terminal', () => {
  const row = { kind: 'account' as const, name: 'sip:a\x1b[2J@x', ...noCost(), bytesIn: 1536 }
  const text = topText({ counted: 59.7, rows: [row] }, { by: 'bytesIn', width: 200, height: 20 })
  assert.match(text, /of the last 60 s\n/)
  assert.match(text, / in\* /)
  assert.match(text, /1\.5 KiB .*sip:a \[2J@x\n$/)
})
