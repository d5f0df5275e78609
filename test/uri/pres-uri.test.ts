import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePresUri, serializePresUri } from '../../core/uri/pres-uri.ts'

test('RFC 3859 §3: a pres URI names user and host', () => {
  assert.deepEqual(parsePresUri('PRES:fred@Example.com'), { user: 'fred', host: 'example.com' })
  assert.equal(serializePresUri({ user: 'fred', host: 'example.com' }), 'pres:fred@example.com')
})

test('RFC 3859 §3: header fields do not change whose presence it is', () => {
  assert.deepEqual(parsePresUri('pres:fred@example.com?a=b'), { user: 'fred', host: 'example.com' })
})

test('RFC 3859 §3: what is not a mailbox is refused', () => {
  for (const text of [
    'pres:',
    'pres:fred',
    'pres:@a.com',
    'pres:a b@c.com',
    'pres:a@b@c',
    'sip:a@b',
  ]) {
    assert.equal(parsePresUri(text), undefined, text)
  }
})
