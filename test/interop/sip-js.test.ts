/**
 * sip.js as a web page uses it, over WebSocket on the HTTP listener.
 *
 *   alice's sip.js            Visage                 bob's sip.js
 *        |                       |<----- SUBSCRIBE -------|
 *        |------ PUBLISH ------->|------ NOTIFY --------->|  open, busy
 *        |  Expires: 0           |                        |
 *        |------ PUBLISH ------->|------ NOTIFY --------->|  closed
 *                           (restarted)
 *        |                       |<----- SUBSCRIBE -------|  over a new connection
 */
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { start, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { startSipJsPhone, type SipJsPhone } from '../support/sip-js-phone.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({ users: ['alice@localhost', 'bob@localhost'] })
})

after(() => visage.end())

const BUSY =
  '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" ' +
  'xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:alice@localhost"><tuple id="t"><status><basic>open</basic></status></tuple>' +
  '<dm:person id="p"><rpid:activities><rpid:busy/></rpid:activities></dm:person></presence>'

async function phone(t: TestContext, user: string): Promise<SipJsPhone> {
  const server = `ws://127.0.0.1:${visage.httpPort}/ws`
  const started = await startSipJsPhone({ user, server })
  t.after(() => started.stop())
  return started
}

test('RFC 7118: sip.js publishes over WebSocket, and another sip.js is notified over its own', async (t) => {
  const bob = await phone(t, 'bob')
  await bob.watch('sip:alice@localhost')
  await bob.receives(/<basic>closed</)
  const alice = await phone(t, 'alice')
  await alice.publish(BUSY)
  assert.match(await bob.receives(/<basic>open</), /<rpid:busy\/>/)
  await alice.unpublish()
  await bob.receives(/<basic>closed</)
})

test('RFC 7118: after a restart of the server sip.js connects and subscribes again, and is served as before', async (t) => {
  const bob = await phone(t, 'bob')
  await bob.watch('sip:alice@localhost')
  await bob.receives(/<basic>closed</)
  await visage.restart('SIGKILL')
  await bob.receives(/<basic>closed</)
  const desk = start('visage', ['publish', ...visage.as('alice@localhost')])
  t.after(() => desk.stop())
  await bob.receives(/<basic>open</)
})
