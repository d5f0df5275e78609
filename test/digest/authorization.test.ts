/** Reading and writing Authorization and WWW-Authenticate. RFC 7616 §3.3–3.5, RFC 7617. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAuthentications } from '../../core/digest/authentication-parameters.ts'
import { parseAuthorization, serializeAuthorization } from '../../core/digest/authorization.ts'
import { parseBasic } from '../../core/digest/basic-credentials.ts'
import { fromByteText, toByteText } from '../../core/digest/byte-text.ts'
import { parseChallenges, serializeChallenge } from '../../core/digest/challenge.ts'

const MUFASA =
  'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5, ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ' +
  'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, ' +
  'response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'

test('RFC 7616 §3.9.1: the credentials of the example are read', () => {
  assert.deepEqual(parseAuthorization(MUFASA), {
    username: 'Mufasa',
    realm: 'http-auth@example.org',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    uri: '/dir/index.html',
    response: '8ca523f5e9506fed4657c9700eebdbec',
    algorithm: 'MD5',
    protection: {
      qop: 'auth',
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    },
  })
})

test('RFC 7616 §3.4: credentials survive a round trip', () => {
  const credentials = parseAuthorization(MUFASA)
  assert.ok(credentials)
  assert.deepEqual(parseAuthorization(serializeAuthorization(credentials)), credentials)
})

test('RFC 3261 §25.1: white space, folding, quoted tokens and any case are tolerated', () => {
  const folded =
    'DIGEST  USERNAME = "bob" ,\r\n realm="b",nonce="n",, uri="sip:b",response="r",qop="auth",nc="00000001",cnonce=""'
  assert.deepEqual(parseAuthorization(folded), {
    username: 'bob',
    realm: 'b',
    nonce: 'n',
    uri: 'sip:b',
    response: 'r',
    protection: { qop: 'auth', nc: '00000001', cnonce: '' },
  })
})

test('RFC 7616 §3.4.5: what stands between the quotes is kept as sent', () => {
  const credentials = parseAuthorization(
    'Digest username="a\\"b\\\\c, d", realm="r", nonce="n", uri="u", response="x"',
  )
  assert.equal(credentials?.username, 'a\\"b\\\\c, d')
})

test("Blink's XCAP client: the quotes of a node selector may stand in uri as they are, or escaped", () => {
  const target = '/resource-lists/users/a/index/~~/list[@name="a,b"]/entry[@uri=""]'
  for (const uri of [target, target.replaceAll('"', '\\"')]) {
    const credentials = parseAuthorization(
      `Digest username="a", realm="r", nonce="n", uri="${uri}", response="x", algorithm="MD5", qop=auth, nc=00000001, cnonce="c"`,
    )
    assert.equal(credentials?.uri, target)
    assert.equal(credentials.response, 'x')
    assert.equal(credentials.protection?.cnonce, 'c')
  }
})

const MALFORMED: Record<string, string> = {
  'nothing at all': '',
  'another scheme': 'Bearer abc',
  'no parameters': 'Digest',
  'no response': 'Digest username="a", realm="r", nonce="n", uri="u"',
  'an open quote': 'Digest username="a, realm="r", nonce="n", uri="u", response="x',
  'a parameter twice':
    'Digest username="a", username="b", realm="r", nonce="n", uri="u", response="x"',
  'qop without nc':
    'Digest username="a", realm="r", nonce="n", uri="u", response="x", qop=auth, cnonce="c"',
  'nc that is no number':
    'Digest username="a", realm="r", nonce="n", uri="u", response="x", qop=auth, cnonce="c", nc=1g',
  'nc that is too long':
    'Digest username="a", realm="r", nonce="n", uri="u", response="x", qop=auth, cnonce="c", nc=000000001',
  'two schemes': 'Digest username="a", realm="r", nonce="n", uri="u", response="x", Basic YTpi',
  'an open quote in uri': 'Digest username="a", realm="r", nonce="n", response="x", uri="/a"b',
  'a response within uri': 'Digest username="a", realm="r", nonce="n", uri="u"response="x"',
  'far too much': `Digest username="${'a'.repeat(9000)}", realm="r", nonce="n", uri="u", response="x"`,
  'unquoted text': 'Digest username=a b, realm="r", nonce="n", uri="u", response="x"',
}
for (const [what, fieldValue] of Object.entries(MALFORMED)) {
  test(`RFC 7616 §3.4: ${what} is no credentials`, () => {
    assert.equal(parseAuthorization(fieldValue), undefined)
  })
}

test('credentials made of anything never take long', () => {
  const started = performance.now()
  for (const text of [
    'uri="'.repeat(1600),
    '"\\'.repeat(4000),
    'a='.repeat(4000),
    ' '.repeat(8000),
    'a '.repeat(4000),
  ]) {
    parseAuthorization(`Digest ${text}`)
    parseAuthentications(`${text}Digest`)
  }
  assert.ok(performance.now() - started < 1000)
})

test('RFC 7616 §3.7: several challenges in one field are told apart, unknown ones left out', () => {
  const challenges = parseChallenges(
    'Negotiate YWJj==, Digest realm="r, s", nonce="1", algorithm=SHA-256, qop="auth, auth-int", ' +
      'Digest realm="r", nonce="2", algorithm=MD5-sess, Basic realm="x", Digest nonce="3", realm="old", stale=TRUE, opaque="o"',
  )
  assert.deepEqual(challenges, [
    { realm: 'r, s', nonce: '1', algorithm: 'SHA-256', qop: true, stale: false },
    { realm: 'old', nonce: '3', algorithm: 'MD5', qop: false, stale: true, opaque: 'o' },
  ])
})

test('RFC 7616 §3.3: a challenge that offers auth-int alone cannot be answered', () => {
  assert.deepEqual(parseChallenges('Digest realm="r", nonce="1", qop="auth-int"'), [])
})

test('RFC 7616 §3.3: a challenge survives a round trip', () => {
  const challenge = {
    realm: 'r',
    nonce: 'n',
    algorithm: 'SHA-512-256',
    qop: true,
    stale: true,
  } as const
  assert.deepEqual(parseChallenges(serializeChallenge({ ...challenge, opaque: 'o' })), [
    { ...challenge, opaque: 'o' },
  ])
})

test('RFC 7617 §2: Basic credentials are split at the first colon and read as UTF-8', () => {
  const encoded = Buffer.from('alice:pass:wörd').toString('base64')
  assert.deepEqual(parseBasic(`Basic ${encoded}`), { username: 'alice', password: 'pass:wörd' })
  assert.equal(parseBasic('Basic !!!'), undefined)
  assert.equal(parseBasic(`Basic ${Buffer.from('alice').toString('base64')}`), undefined)
})

test('RFC 7616 §4: text other than ASCII travels as UTF-8, and other bytes are taken as they are', () => {
  assert.equal(fromByteText(toByteText('Jäsøn')), 'Jäsøn')
  assert.equal(fromByteText('J\xe4s'), 'Jäs')
})
