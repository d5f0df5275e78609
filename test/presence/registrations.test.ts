/** Who is registered where: by the own registrar, and by another's `reg` event. RFC 3261 §10, RFC 3680. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createBindings, newBinding } from '../../presence-agent/registration/bindings.ts'
import { createOwnRegistrations } from '../../presence-agent/registration/own-registrations.ts'
import { createRegistrationsElsewhere } from '../../presence-agent/registration/registrations-elsewhere.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startElsewhere, until } from './elsewhere.ts'

const ALICE = 'sip:alice@example.com' as Aor
const PHONE = 'sip:alice@192.0.2.7'

const regInfo = (version: number, state: 'full' | 'partial', contacts: string) =>
  `<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="${version}" state="${state}">` +
  `<registration aor="${ALICE}" id="r1" state="active">${contacts}</registration></reginfo>`
const contact = (uri: string, state = 'active') =>
  `<contact id="${uri.length}" state="${state}" event="registered" expires="60"><uri>${uri}</uri></contact>`

async function following(t: TestContext) {
  const elsewhere = await startElsewhere(t)
  const watched = new Set<Aor>([ALICE])
  const changed: Aor[] = []
  const registrations = createRegistrationsElsewhere({
    ...{ backEnds: elsewhere.backEnds, clock: elsewhere.clock, log: silentLog },
    isWatched: (aor) => watched.has(aor),
  })
  registrations.onChange((aor) => changed.push(aor))
  t.after(() => {
    registrations.stop()
  })
  assert.deepEqual(registrations.of(ALICE), [])
  const subscribe = await elsewhere.subscribe()
  elsewhere.answer(subscribe, 200, ['Expires: 3600'])
  let cseq = 0
  const notify = (body: string, state = 'active;expires=3600', dialog = subscribe) =>
    elsewhere.notify(dialog, {
      ...{ cseq: ++cseq, state, body, event: 'reg', type: 'application/reginfo+xml' },
    })
  const contacts = () => registrations.of(ALICE).map(({ uri }) => uri)
  return { elsewhere, registrations, watched, changed, subscribe, notify, contacts }
}

test('RFC 3680 §4.6: the registrations of a person are asked for in that name, when they are first wanted', async (t) => {
  const { subscribe, registrations, elsewhere } = await following(t)
  assert.equal(subscribe.startLine, `SUBSCRIBE ${ALICE} SIP/2.0`)
  assert.equal(subscribe.header('event'), 'reg')
  assert.equal(subscribe.header('accept'), 'application/reginfo+xml')
  assert.equal(subscribe.header('p-asserted-identity'), `<${ALICE}>`)
  registrations.of(ALICE)
  assert.equal(elsewhere.proxy.untaken().length, 0, 'once')
})

test('RFC 3680 §5.2: full and partial documents are put together; only what changes is told', async (t) => {
  const { notify, contacts, changed, elsewhere, registrations } = await following(t)
  await notify(regInfo(0, 'full', contact(PHONE)))
  assert.deepEqual(registrations.of(ALICE), [
    { uri: PHONE, expiresAt: elsewhere.clock.now() + 60_000 },
  ])
  assert.equal(changed.length, 1)
  await notify(regInfo(1, 'partial', contact(PHONE)))
  assert.equal(changed.length, 1, 'a refresh is no change')
  await notify(regInfo(2, 'partial', contact(`${PHONE}:5070`)))
  assert.deepEqual(contacts(), [PHONE, `${PHONE}:5070`])
  await notify(regInfo(3, 'partial', contact(PHONE, 'terminated')))
  assert.deepEqual(contacts(), [`${PHONE}:5070`])
  await notify(regInfo(2, 'full', ''))
  assert.deepEqual(contacts(), [`${PHONE}:5070`], 'an older one is discarded')
  await notify(regInfo(3, 'full', ''))
  assert.deepEqual(contacts(), [], 'Kamailio numbers all its documents alike')
  assert.equal(changed.length, 4)
})

test('RFC 3680 §5.2: after a gap the full state is asked for', async (t) => {
  const { notify, contacts, subscribe, elsewhere } = await following(t)
  await notify(regInfo(0, 'full', contact(PHONE)))
  await notify(regInfo(5, 'partial', contact(`${PHONE}:5070`)))
  const [one, other] = [await elsewhere.subscribe(), await elsewhere.subscribe()]
  const anew = one.header('expires') === '0' ? other : one
  assert.notEqual(anew.header('call-id'), subscribe.header('call-id'))
  await notify(regInfo(0, 'full', contact(`${PHONE}:5080`)), 'active;expires=3600', anew)
  assert.deepEqual(contacts(), [`${PHONE}:5080`])
})

test('RFC 6665 §4.1.3: registrations that cannot be known any more are not believed', async (t) => {
  const { notify, contacts, changed } = await following(t)
  await notify(regInfo(0, 'full', contact(PHONE)))
  await notify('', 'terminated;reason=noresource')
  assert.deepEqual(contacts(), [])
  assert.equal(changed.length, 2)
})

test('a document that cannot be read changes nothing', async (t) => {
  const { notify, contacts } = await following(t)
  await notify(regInfo(0, 'full', contact(PHONE)))
  assert.equal((await notify('<reginfo')).status, 200)
  assert.deepEqual(contacts(), [PHONE])
})

test('who is not watched any more is not followed any more', async (t) => {
  const { notify, watched, subscribe, registrations, elsewhere } = await following(t)
  await notify(regInfo(0, 'full', contact(PHONE)))
  await elsewhere.advance(60_000)
  assert.equal(elsewhere.underWay(), 0)
  watched.clear()
  await elsewhere.advance(60_000)
  const end = await elsewhere.subscribe()
  assert.equal(end.header('expires'), '0')
  assert.equal(end.header('call-id'), subscribe.header('call-id'))
  elsewhere.answer(end, 200)
  await until(() => elsewhere.underWay() === 0)
  registrations.of(ALICE)
  assert.equal((await elsewhere.subscribe()).header('expires'), '3600')
})

test('RFC 3261 §10.3: of the own registrar contacts that come and go are told, refreshes are not', async () => {
  const bindings = createBindings(createManualClock(), () => undefined)
  const registrations = createOwnRegistrations(bindings)
  const changed: Aor[] = []
  registrations.onChange((aor) => changed.push(aor))
  const record = { aor: ALICE, contact: PHONE, callId: 'c', cseq: 1, expiresAt: 5, parameters: '' }
  const first = newBinding(record, 0)
  bindings.add(first)
  assert.deepEqual(registrations.of(ALICE), [{ uri: PHONE, expiresAt: 5 }])
  await Promise.resolve()
  assert.deepEqual(changed, [ALICE])
  const second = newBinding({ ...record, cseq: 2 }, 0)
  bindings.remove(first)
  bindings.add(second)
  await Promise.resolve()
  assert.deepEqual(changed, [ALICE])
  bindings.remove(second)
  await Promise.resolve()
  assert.deepEqual(changed, [ALICE, ALICE])
  bindings.stop()
})
