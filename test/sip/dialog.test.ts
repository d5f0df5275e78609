/** Dialogs from the side that answered: RFC 3261 §12.1.1, §12.2.1.1, §12.2.2. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  nextHop,
  prepareHead,
  refreshedDialog,
  uasDialog,
  uriDestination,
  type Dialog,
} from '../../core/sip/dialog.ts'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { requestText } from './raw-peer.ts'

const CONTACT = 'Contact: "Bob" <sip:bob@192.0.2.4:5070;transport=udp>;expires=600\r\n'

function subscribe(headers = CONTACT, cseq = 17): SipMessage {
  const text = requestText({ method: 'SUBSCRIBE', callId: 'dialog', cseq, headers })
  const message = parseSipMessage(Buffer.from(text), { stream: false })
  assert.ok(!('problem' in message), JSON.stringify(message))
  return message
}

function dialogOf(headers?: string): Dialog {
  const dialog = uasDialog(subscribe(headers), 'local1')
  assert.ok(dialog)
  return dialog
}

describe('dialogs', () => {
  test('RFC 3261 §12.1.1: the state comes from the request', () => {
    const routes =
      'Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>\r\nRecord-Route: <sip:p0.example.com;lr>\r\n'
    assert.deepEqual(dialogOf(CONTACT + routes), {
      callId: 'dialog',
      localTag: 'local1',
      remoteTag: 'from1',
      localUri: 'sip:alice@example.com',
      remoteUri: 'sip:bob@example.com',
      remoteTarget: 'sip:bob@192.0.2.4:5070;transport=udp',
      routeSet: ['sip:p2.example.com;lr', 'sip:p1.example.com;lr', 'sip:p0.example.com;lr'],
      remoteCseq: 17,
    })
  })

  test('RFC 3261 §12.1.1: without a single Contact there is no dialog', () => {
    assert.equal(uasDialog(subscribe(''), 't'), undefined)
    assert.equal(uasDialog(subscribe('Contact: <sip:a@b>, <sip:c@d>\r\n'), 't'), undefined)
    assert.equal(uasDialog(subscribe('Contact: *\r\n'), 't'), undefined)
  })

  test('RFC 3261 §12.2.1.1: without routes a request goes to the target', () => {
    const head = prepareHead(dialogOf(), 'Event: presence\r\n')
    assert.equal(head.requestUri, 'sip:bob@192.0.2.4:5070;transport=udp')
    assert.equal(
      head.headers,
      'Max-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=local1\r\nTo: <sip:bob@example.com>;tag=from1\r\n' +
        'Call-ID: dialog\r\nEvent: presence\r\n',
    )
    assert.equal(nextHop(dialogOf()), undefined)
  })

  test('RFC 3261 §12.2.1.1: a loose route leaves the Request-URI to the target', () => {
    const dialog = dialogOf(
      `${CONTACT}Record-Route: <sip:p1.example.com:5080;transport=tcp;lr>,<sip:p0;lr>\r\n`,
    )
    const head = prepareHead(dialog, '')
    assert.equal(head.requestUri, dialog.remoteTarget)
    assert.ok(
      head.headers.startsWith(
        'Route: <sip:p1.example.com:5080;transport=tcp;lr>\r\nRoute: <sip:p0;lr>\r\nMax-',
      ),
    )
    assert.deepEqual(nextHop(dialog), { transport: 'TCP', host: 'p1.example.com', port: 5080 })
  })

  test('RFC 3261 §12.2.1.1: a strict router becomes the Request-URI and the target the last Route', () => {
    const head = prepareHead(dialogOf(`${CONTACT}Record-Route: <sip:strict>,<sip:p0;lr>\r\n`), '')
    assert.equal(head.requestUri, 'sip:strict')
    assert.ok(
      head.headers.startsWith(
        'Route: <sip:p0;lr>\r\nRoute: <sip:bob@192.0.2.4:5070;transport=udp>\r\nMax-',
      ),
    )
  })

  test('RFC 3261 §12.2.2: a refresh moves the target and the number, not the routes', () => {
    const dialog = dialogOf(`${CONTACT}Record-Route: <sip:p1;lr>\r\n`)
    const refreshed = refreshedDialog(dialog, subscribe('Contact: <sip:bob@192.0.2.5>\r\n', 18))
    assert.deepEqual(refreshed, { ...dialog, remoteTarget: 'sip:bob@192.0.2.5', remoteCseq: 18 })
    assert.equal(refreshedDialog(dialog, subscribe('', 19)).remoteTarget, dialog.remoteTarget)
  })

  test('RFC 3261 §12.1.1: a peer of RFC 2543 has no tag, and gets none', () => {
    const text = requestText({ method: 'SUBSCRIBE', headers: CONTACT }).replace(';tag=from1', '')
    const message = parseSipMessage(Buffer.from(text), { stream: false })
    assert.ok(!('problem' in message))
    const dialog = uasDialog(message, 't')
    assert.ok(dialog)
    assert.match(prepareHead(dialog, '').headers, /\r\nTo: <sip:bob@example\.com>\r\n/)
  })

  test('RFC 3263 §4.1: a URI leads to host, port and transport', () => {
    const table: readonly (readonly [string, ReturnType<typeof uriDestination>])[] = [
      ['sip:example.com', { transport: 'UDP', host: 'example.com', port: 5060 }],
      ['sip:a;b@example.com:7;transport=TCP', { transport: 'TCP', host: 'example.com', port: 7 }],
      ['sip:[2001:db8::1]:9;lr', { transport: 'UDP', host: '2001:db8::1', port: 9 }],
      ['sip:x;maddr=192.0.2.9;lr', { transport: 'UDP', host: '192.0.2.9', port: 5060 }],
      ['sip:x:0', undefined],
      ['sips:x;lr', { transport: 'TLS', host: 'x', port: 5061 }],
      ['sips:x:7;transport=tcp;lr', { transport: 'TLS', host: 'x', port: 7 }],
      ['sip:x;transport=tls;lr', { transport: 'TLS', host: 'x', port: 5061 }],
      ['sips:x;transport=udp', undefined],
      ['sip:x;transport=sctp', undefined],
      ['sip:x;transport=constructor', undefined],
      ['sip:x;transport=ws;lr', undefined],
      ['sips:x;transport=ws;lr', undefined],
      ['sip:df7jal23ls0d.invalid:5060', undefined],
      ['sip:x;transport=udp;lr', { transport: 'UDP', host: 'x', port: 5060 }],
      ['tel:+1', undefined],
    ]
    for (const [uri, destination] of table) assert.deepEqual(uriDestination(uri), destination, uri)
  })
})
