/** Small parsers of header field values. RFC 3261 §20, §25. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDeltaSeconds } from '../../core/sip/delta-seconds.ts'
import { parseEvent } from '../../core/sip/event.ts'
import { parseMediaType } from '../../core/sip/media-type.ts'
import { parseNameAddr } from '../../core/sip/name-addr.ts'
import { latin1Only, utf8Text } from '../../core/sip/octet-text.ts'
import { findParameter, parseParameters } from '../../core/sip/parameters.ts'
import { quote, unquote } from '../../core/sip/quoted-string.ts'
import { parseVia } from '../../core/sip/via.ts'

describe('header field values', () => {
  test('RFC 6665 §8.2.1: Event has a package, an id and parameters', () => {
    const event = parseEvent('presence.winfo ; id = 7;x')
    assert.equal(event?.package, 'presence.winfo')
    assert.equal(event.id, '7')
    assert.equal(event.parameters.get('x'), '')
    assert.equal(parseEvent('presence')?.id, undefined)
    assert.equal(parseEvent('a b'), undefined)
    assert.equal(parseEvent(''), undefined)
  })

  test('RFC 3261 §20.15: media types compare in lower case, parameters keep their case', () => {
    const type = parseMediaType('Multipart / Related ; boundary="A;b" ;type=x')
    assert.equal(type?.type, 'multipart/related')
    assert.equal(type.parameters.get('boundary'), 'A;b')
    assert.equal(parseMediaType('*/*')?.type, '*/*')
    assert.equal(parseMediaType('text'), undefined)
  })

  test('RFC 4475 §3.1.2.4: seconds beyond 32 bits are the largest that fit', () => {
    assert.equal(parseDeltaSeconds('600'), 600)
    assert.equal(parseDeltaSeconds(' 0 '), 0)
    assert.equal(parseDeltaSeconds('120 (later)'), 120)
    assert.equal(parseDeltaSeconds('3600;duration=5'), 3600)
    assert.equal(parseDeltaSeconds('100000000000000000'), 4294967295)
    assert.equal(parseDeltaSeconds('-1'), undefined)
    assert.equal(parseDeltaSeconds('x'), undefined)
  })

  test('RFC 3261 §20.10: addresses with and without brackets', () => {
    assert.deepEqual(parseNameAddr('"A \\"B\\"" <sip:a@b;lr>;tag=1')?.displayName, 'A "B"')
    assert.equal(parseNameAddr('<sip:a@b;lr>;tag=1')?.uri, 'sip:a@b;lr')
    assert.equal(parseNameAddr('sip:a@b;tag=1')?.parameters.get('tag'), '1')
    assert.equal(parseNameAddr('caller<sip:a@b>')?.displayName, 'caller')
    assert.equal(parseNameAddr('"open <sip:a@b>'), undefined)
    assert.equal(parseNameAddr(''), undefined)
  })

  test('RFC 3261 §25.1: parameters with white space, quotes and flags', () => {
    const parameters = parseParameters(' ; A = 1;b;c="x;\\"y" ; b=2')
    assert.deepEqual(
      [...parameters],
      [
        ['a', '1'],
        ['b', ''],
        ['c', 'x;"y'],
      ],
    )
  })

  test('one parameter is found as when all are parsed', () => {
    for (const value of [
      '<sip:a@b;tag=no>;tag=x',
      'sip:a@b; TAG = x',
      '"t;tag=no" <sip:a>;a;tag=x;tag=y',
    ]) {
      assert.equal(findParameter(value, 'tag'), 'x')
    }
    assert.equal(findParameter('<sip:a>;tagged=x', 'tag'), undefined)
    assert.equal(findParameter('<sip:a>', 'tag'), undefined)
  })

  test('RFC 3261 §20.42: Via with blanks and any transport', () => {
    const via = parseVia(
      'SIP / 2.0 / TLS-SCTP host.Example.com : 5060 ; branch = z9hG4bKa;received=1.2.3.4;rport',
    )
    assert.equal(via?.transport, 'TLS-SCTP')
    assert.equal(via.sentBy, 'host.example.com:5060')
    assert.equal(via.branch, 'z9hG4bKa')
    assert.equal(via.rport, true)
    assert.equal(via.parameters.get('received'), '1.2.3.4')
    assert.equal(parseVia('SIP/2.0/UDP'), undefined)
    assert.equal(parseVia('SIP/2.0/UDP a:70000'), undefined)
  })

  test('RFC 3261 §25.1: quoted strings go both ways', () => {
    for (const text of ['', 'a', 'a"b\\c', '\\']) assert.equal(unquote(quote(text)), text)
    assert.equal(unquote('token'), 'token')
  })

  test('octets become text where they are UTF-8, and text never becomes a line end', () => {
    assert.equal(utf8Text(Buffer.from('größe').toString('latin1')), 'größe')
    assert.equal(utf8Text('\xff'), '\xff')
    assert.ok(!Buffer.from(latin1Only('x\u010d\u010ay'), 'latin1').includes('\n'))
  })
})
