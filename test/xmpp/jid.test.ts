import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullJid, parseJid } from '../../xmpp-gateway/jid.ts'

test('RFC 7622 §3.5: a JID has a domain, and may have a localpart and a resource', () => {
  assert.deepEqual(parseJid('juliet@example.com/foo@bar/baz'), {
    bare: 'juliet@example.com',
    local: 'juliet',
    domain: 'example.com',
    resource: 'foo@bar/baz',
  })
  assert.deepEqual(parseJid('example.com/chat'), {
    bare: 'example.com',
    local: undefined,
    domain: 'example.com',
    resource: 'chat',
  })
  for (const right of [
    'foo\\20bar@example.com',
    'fussball@example.com',
    'π@example.com',
    'a.example.com',
  ])
    assert.equal(parseJid(right)?.bare, right)
})

test('RFC 7622 §3.5: what cannot be an address is none', () => {
  const wrong = [
    '"juliet"@example.com',
    'foo bar@example.com',
    '@example.com/',
    'henryⅣ@example.com',
    '♚@example.com',
    'juliet@',
    'juliet@example.com/',
    '/foobar',
    '',
    'a@b@c',
    'a@exa mple.com',
    'a\u0000@example.com',
    'a@example.com/\u0007',
    'ﬁ@example.com',
  ]
  for (const text of wrong) assert.equal(parseJid(text), undefined, text)
})

test('RFC 7622 §3.2–§3.4: one person has one spelling', () => {
  assert.equal(parseJid('Juliet@EXAMPLE.com.')?.bare, 'juliet@example.com')
  assert.equal(parseJid('ju\u0308rgen@example.com')?.bare, 'jürgen@example.com')
  assert.equal(parseJid('ａlice@example.com')?.bare, 'alice@example.com')
  assert.equal(parseJid('Σ@xn--bcher-kva.example')?.bare, 'σ@bücher.example')
  assert.equal(parseJid('a@example.com/Home\u00a0PC')?.resource, 'Home PC')
})

test('RFC 7622 §3.2–§3.4: no part is longer than 1023 bytes', () => {
  const longest = 'a'.repeat(1023)
  assert.equal(parseJid(`${longest}@example.com/${longest}`)?.resource, longest)
  assert.equal(parseJid(`${longest}a@example.com`), undefined)
  assert.equal(parseJid(`a@example.com/${'ü'.repeat(512)}`), undefined)
  assert.equal(parseJid(`a@${'b.'.repeat(600)}example`), undefined)
})

test('a full JID is the bare one and the resource', () => {
  const jid = parseJid('bob@example.com/x')
  assert.ok(jid)
  assert.equal(fullJid(jid.bare, jid.resource), 'bob@example.com/x')
  assert.equal(fullJid(jid.bare, undefined), 'bob@example.com')
})
