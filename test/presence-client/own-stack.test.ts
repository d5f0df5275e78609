/** Pure functions for those who have their own SIP stack: what a NOTIFY tells, and what a PUBLISH carries. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPresence, readWatchers, writePresence } from '../../client/index.ts'

const BUSY = writePresence({
  presentity: 'sip:bob@example.com',
  id: 't1',
  activities: ['busy'],
  note: 'Grüße',
  icon: 'http://h/bob.png',
})
const SEEN = {
  presentity: 'sip:bob@example.com',
  basic: 'open',
  activities: ['busy'],
  note: 'Grüße',
  icon: { url: 'http://h/bob.png' },
}

test('what is written is what is read, as text or as bytes', () => {
  assert.deepEqual(readPresence(BUSY), [SEEN])
  const bytes = new TextEncoder().encode(BUSY)
  assert.deepEqual(readPresence(bytes, 'application/pidf+xml;charset=UTF-8'), [SEEN])
})

test('RFC 4662 §5: the body of a list gives each whom it tells of', () => {
  const part = (id: string, type: string, text: string) =>
    `--b\r\nContent-ID: <${id}>\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`
  const rlmi =
    '<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:friends@example.com" version="0" fullState="true">' +
    '<resource uri="sip:bob@example.com"><name>Bob</name><instance id="1" state="active" cid="p"/></resource>' +
    '<resource uri="sip:eve@example.com"><instance id="2" state="terminated" reason="rejected"/></resource></list>'
  const body = `${part('r', 'application/rlmi+xml', rlmi)}${part('p', 'application/pidf+xml', BUSY)}--b--\r\n`
  const type = 'multipart/related;type="application/rlmi+xml";start="<r>";boundary=b'
  const [bob, eve, ...others] = readPresence(body, type)
  assert.deepEqual(bob, { ...SEEN, name: 'Bob', subscription: 'active' })
  assert.deepEqual([eve?.subscription, eve?.reason, eve?.icon], ['terminated', 'rejected', null])
  assert.deepEqual(others, [])
})

test('RFC 3858 §4: watcher information gives who watches', () => {
  const body =
    '<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="3" state="partial">' +
    '<watcher-list resource="sip:alice@example.com" package="presence">' +
    '<watcher id="w1" status="pending" event="subscribe">sip:bob@example.com</watcher></watcher-list></watcherinfo>'
  const read = readWatchers(body)
  assert.deepEqual([read?.version, read?.fullState], [3, false])
  assert.deepEqual(
    read?.watchers.map(({ uri, status }) => [uri, status]),
    [['sip:bob@example.com', 'pending']],
  )
})

test('what is none of these gives nothing, and throws nothing', () => {
  for (const body of ['', '<presence', 'hello', '<a/>', '\ud800', '--b\r\n\r\n--b--']) {
    assert.deepEqual(readPresence(body), [])
    assert.deepEqual(readPresence(body, 'text/plain'), [])
    assert.deepEqual(readPresence(body, 'multipart/related;boundary=b'), [])
    assert.deepEqual(readPresence(body, ''), [])
    assert.equal(readWatchers(body), undefined)
  }
})
