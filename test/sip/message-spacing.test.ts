/** libpurple (Pidgin, finch) over TCP takes one message from each read: what comes with it would be left lying. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { requestText, startEndpoint, tcpPeer } from './raw-peer.ts'

async function setUp(t: TestContext) {
  const clock = createManualClock()
  const { sip, tcpPort } = await startEndpoint({ clock })
  t.after(() => sip.stop())
  sip.onRequest((request) => {
    request.respond({ status: 200 })
  })
  /** Three requests in one segment. */
  const ask = async (userAgent: string) => {
    const peer = await tcpPeer(tcpPort)
    t.after(() => {
      peer.close()
    })
    const request = () => requestText({ headers: `User-Agent: ${userAgent}\r\n` })
    peer.send(request() + request() + request())
    return peer
  }
  return { clock, ask }
}

const answersIn = (text = '') => text.split('200 OK').length - 1

test('libpurple gets one message at a time, a twentieth of a second apart', async (t) => {
  const { clock, ask } = await setUp(t)
  const pidgin = await ask('Purple/2.14.12')
  assert.equal(answersIn(await pidgin.receive()), 1)
  for (let more = 0; more < 2; more++) {
    clock.advance(49)
    assert.equal(await pidgin.receive(20), undefined)
    clock.advance(1)
    assert.equal(answersIn(await pidgin.receive()), 1)
  }
})

test('libpurple gets what waits for it when it has said its last', async (t) => {
  const { ask } = await setUp(t)
  const pidgin = await ask('Purple/2.14.12')
  pidgin.end()
  let answers = 0
  while (answers < 3) answers += answersIn((await pidgin.receive()) ?? assert.fail())
  await pidgin.closed
})

test('everybody else gets all at once', async (t) => {
  const { ask } = await setUp(t)
  const other = await ask('baresip v1.0.0 (x86_64/linux)')
  let answers = 0
  while (answers < 3) answers += answersIn((await other.receive()) ?? assert.fail())
})
