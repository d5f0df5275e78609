import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildXcapUri, parseXcapUri } from '../../core/uri/xcap-uri.ts'

const photo = { auid: 'oma_status-icon', xui: 'sip:alice@example.com', path: ['photo.png'] }

test('RFC 4825 §6.2: an XUI is the same whether escaped or not', () => {
  for (const xui of [
    'sip:alice@example.com',
    'sip%3Aalice%40example.com',
    'sip%3aalice@example.com',
  ]) {
    assert.deepEqual(parseXcapUri(`/oma_status-icon/users/${xui}/photo.png`), photo)
  }
})

test('RFC 4825 §6.2: an escaped slash belongs to the XUI', () => {
  assert.deepEqual(parseXcapUri('/a/users/sip:a%2Fb@x/index'), {
    auid: 'a',
    xui: 'sip:a/b@x',
    path: ['index'],
  })
})

test('RFC 4825 §6: each segment is decoded exactly once', () => {
  assert.deepEqual(parseXcapUri('/a/users/sip:a%252Fb@x/in%2564ex'), {
    auid: 'a',
    xui: 'sip:a%2Fb@x',
    path: ['in%64ex'],
  })
})

test('RFC 4825 §6: the first ~~ separates, however it is spelled', () => {
  for (const separator of ['~~', '%7E%7E', '%7e~']) {
    assert.deepEqual(parseXcapUri(`/a/global/index/${separator}/list/~~/x`), {
      auid: 'a',
      path: ['index'],
      node: ['list', '~~', 'x'],
    })
  }
})

test('Blink: brackets, quotes and signs may stand raw in a node selector', () => {
  assert.deepEqual(parseXcapUri('/a/users/sip:j@x/index/~~/list[@name="a:b@c"]/entry[2]'), {
    auid: 'a',
    xui: 'sip:j@x',
    path: ['index'],
    node: ['list[@name="a:b@c"]', 'entry[2]'],
  })
})

test('RFC 4825 §6.4: the query is kept as sent', () => {
  const uri = parseXcapUri('/a/global/index/~~/p:foo?xmlns(p=urn%3Atest)')
  assert.ok(typeof uri === 'object')
  assert.equal(uri.query, 'xmlns(p=urn%3Atest)')
})

test('RFC 4825 §6.2: only users and global stand below an AUID', () => {
  for (const nowhere of [
    '',
    '/',
    '/a',
    '/a/',
    '/a/users',
    '/a/users/',
    '/a/users//index',
    '/a/users/sip:j@x',
    '/a/users/sip:j@x/',
    '/a/users/sip:j@x//index',
    '/a/global',
    '/a/elsewhere/sip:j@x/index',
    '//users/sip:j@x/index',
    'a/global/index',
    '/~~/users/sip:j@x/index',
  ]) {
    assert.equal(parseXcapUri(nowhere), 'nowhere', nowhere)
  }
})

test('a broken escape, a control character or a step out of the tree is malformed', () => {
  for (const malformed of [
    '/a/users/sip:j@x/%',
    '/a/users/sip:j@x/%zz',
    '/a/users/sip:j@x/%ff',
    '/a/users/sip:j@x/in%00dex',
    '/a/users/sip:j@x/..',
    '/a/users/sip:j@x/%2e%2e',
    '/a/users/sip:j@x/../../b/index',
    '/a/users/sip:j@x/a%2Fb',
    '/a/users/sip:j@x/a%5Cb',
  ]) {
    assert.equal(parseXcapUri(malformed), 'malformed', malformed)
  }
})

test('what is built is parsed back, with : and @ unescaped', () => {
  assert.equal(buildXcapUri(photo), '/oma_status-icon/users/sip:alice@example.com/photo.png')
  for (const uri of [
    photo,
    { auid: 'xcap-caps', path: ['index'] },
    { auid: 'a', xui: 'sip:a/b?c@x', path: ['folder', 'grüße 100%'] },
    { auid: 'a', xui: 'tel:+4930', path: ['index'], node: ['list[@name="a/b"]', '@uri'] },
    { auid: 'a', path: ['index'], node: ['p:x'], query: 'xmlns(p=urn:x)' },
  ]) {
    assert.deepEqual(parseXcapUri(buildXcapUri(uri)), uri)
  }
})
