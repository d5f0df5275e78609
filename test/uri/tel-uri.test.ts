import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTelUri, sameTelUri, serializeTelUri } from '../../core/uri/tel-uri.ts'

const same = (a: string, b: string) => sameTelUri(parseTelUri(a)!, parseTelUri(b)!)

test('RFC 3966 §5.1.1: visual separators say nothing', () => {
  assert.ok(same('tel:+1-201-555-0123', 'tel:+12015550123'))
  assert.equal(serializeTelUri(parseTelUri('TEL:+1-(201).555-0123')!), 'tel:+12015550123')
})

test('RFC 3966 §4: extension, subaddress and context are part of the number', () => {
  assert.ok(!same('tel:+12015550123', 'tel:+12015550123;ext=4'))
  assert.ok(!same('tel:+12015550123', 'tel:+12015550123;isub=4'))
  assert.ok(same('tel:7042;phone-context=Example.com', 'tel:7042;phone-context=example.com'))
  assert.ok(!same('tel:7042;phone-context=a.com', 'tel:7042;phone-context=b.com'))
})

test('RFC 3966 §3: parameters are written in the order of the grammar', () => {
  const text = 'tel:863-1234;phone-context=+1-914-555;ext=12'
  assert.equal(serializeTelUri(parseTelUri(text)!), 'tel:8631234;ext=12;phone-context=+1914555')
})

test('RFC 3966 §5.1.5: a local number without a context is no tel URI', () => {
  assert.equal(parseTelUri('tel:7042'), undefined)
})

test('RFC 3966 §3: what is not a telephone number is refused', () => {
  for (const text of [
    'tel:',
    'tel:+',
    'tel:+12ab',
    'tel:alice',
    'sip:+1@a',
    'tel:+1 2',
    'tel:+--',
  ]) {
    assert.equal(parseTelUri(text), undefined, text)
  }
})
