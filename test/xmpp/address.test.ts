import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseAor } from '../../core/uri/aor.ts'
import { escapeLocalpart, unescapeLocalpart } from '../../xmpp-gateway/address/jid-escaping.ts'
import {
  aorOfJid,
  contactAor,
  jidOfAor,
  jidOfSipUri,
  sipUriOfJid,
} from '../../xmpp-gateway/address/sip-address.ts'
import { parseJid } from '../../xmpp-gateway/jid.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/xmpp/addresses.json', import.meta.url), 'utf8'),
) as Record<'jid_escape' | 'sip_to_xmpp' | 'xmpp_to_sip', [string, string][]> & {
  unchanged: string[]
}

test('XEP-0106 §6: the examples are escaped as they stand there, and back', () => {
  for (const [plain, escaped] of vectors.jid_escape) {
    assert.equal(escapeLocalpart(plain), escaped)
    assert.equal(unescapeLocalpart(escaped), plain)
  }
})

test('XEP-0106 §4.2: a backslash that begins no escape stays alone', () => {
  for (const text of vectors.unchanged) {
    assert.equal(escapeLocalpart(text), text)
    assert.equal(unescapeLocalpart(text), text)
  }
  // `\5c` is the escape of a backslash: `a\5cb` would be read as `a\b`.
  assert.equal(escapeLocalpart('a\\5cb'), 'a\\5c5cb')
  assert.equal(unescapeLocalpart('a\\5c5cb'), 'a\\5cb')
})

test('XEP-0106 §4.1: a space first or last has no JID', () => {
  assert.equal(escapeLocalpart(' a'), undefined)
  assert.equal(escapeLocalpart('a '), undefined)
  assert.equal(jidOfAor(aor('sip:%20a@sip.example')), undefined)
})

test('RFC 7247 §6.4: a SIP address becomes a JID', () => {
  for (const [uri, jid] of vectors.sip_to_xmpp) assert.equal(jidOfSipUri(uri), jid)
})

test('RFC 7247 §6.5: a JID becomes a SIP address', () => {
  for (const [jid, uri] of vectors.xmpp_to_sip) assert.equal(sipUriOfJid(jidOf(jid)), uri)
})

test('RFC 7622 §3.3: a contact has one address in SIP, however it is written', () => {
  for (const [written, canonical] of [
    ['sip:Bob@xmpp.example', 'sip:bob@xmpp.example'],
    ['sip:%C3%9Cwe@xmpp.example', 'sip:%C3%BCwe@xmpp.example'],
    ['sip:o%27Malley@xmpp.example', "sip:o'malley@xmpp.example"],
    // No JID can say these.
    ['sip:%20A@xmpp.example', 'sip:%20A@xmpp.example'],
    ['tel:+4930123', 'tel:+4930123'],
  ] as const) {
    assert.equal(contactAor(aor(written)), canonical)
  }
})

test('RFC 7247 §6.5 step 5: what a SIP user part cannot carry is percent-encoded', () => {
  const jid = jidOf('a#%[\\]^`{|}@xmpp.example')
  assert.equal(aorOfJid(jid), 'sip:a%23%25%5B%5C%5D%5E%60%7B%7C%7D@xmpp.example')
  const phone = jidOf('+1234;x=*@xmpp.example')
  assert.equal(aorOfJid(phone), 'sip:+1234;x=*@xmpp.example')
})

test('RFC 7247 §6: every localpart comes back as it was', () => {
  for (const local of [
    'alice',
    'o\\27malley',
    '\\5c20x',
    'a\\20b',
    'fü',
    '101',
    '%41',
    '日本',
    'c\\3a\\net',
  ]) {
    const jid = jidOf(`${local}@sip.example`)
    const there = aorOfJid(jid)
    assert.ok(there !== undefined)
    assert.equal(jidOfAor(there), jid.bare)
  }
})

test('RFC 7247 §6.4: capital letters are small ones in a JID, before escapes are made', () => {
  assert.equal(jidOfAor(aor('sip:Alice@SIP.example')), 'alice@sip.example')
  assert.equal(jidOfAor(aor('sip:a%5C2Fb@sip.example')), 'a\\5c2fb@sip.example')
})

test('RFC 7247 §6.4: octets that are no UTF-8, telephone numbers and controls have no JID', () => {
  for (const uri of ['sip:%ff@sip.example', 'tel:+4912345', 'sip:a%00b@sip.example']) {
    assert.equal(jidOfAor(aor(uri)), undefined, uri)
  }
})

test('RFC 7247 §6.1: a pres address is the same person', () => {
  assert.equal(jidOfSipUri('pres:alice@sip.example'), 'alice@sip.example')
})

test('RFC 7247 §6.3: a resource of any letters is carried in gr', () => {
  const uri = sipUriOfJid(jidOf('bob@xmpp.example/büro/2 @home'))
  assert.equal(uri, 'sip:bob@xmpp.example;gr=b%C3%BCro%2F2%20%40home')
  assert.equal(jidOfSipUri(uri), 'bob@xmpp.example/büro/2 @home')
})

test('RFC 5890 §2.3.2.1: a domain of many letters is in ASCII in SIP', () => {
  assert.equal(aorOfJid(jidOf('bob@bücher.example')), 'sip:bob@xn--bcher-kva.example')
  assert.equal(jidOfAor(aor('sip:bob@xn--bcher-kva.example')), 'bob@bücher.example')
})

test('a server has no SIP address', () => {
  assert.equal(aorOfJid(jidOf('xmpp.example')), undefined)
})

function aor(text: string) {
  const parsed = parseAor(text)
  assert.ok(parsed !== undefined, text)
  return parsed
}

function jidOf(text: string) {
  const jid = parseJid(text)
  assert.ok(jid !== undefined, text)
  return jid
}
