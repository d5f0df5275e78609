/** The published and recomputed examples of Digest. RFC 7616 §3.9, RFC 2617 §3.5. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { DigestAlgorithm } from '../../core/digest/digest-algorithm.ts'
import { ha1Credentials } from '../../core/digest/account-credentials.ts'
import { digestResponse, ha1, sameText } from '../../core/digest/digest-response.ts'
import { nodeHashes } from '../../core/digest/node-hashes.ts'

interface Vector {
  rfc: string
  algorithm: DigestAlgorithm
  username: string
  realm: string
  password: string
  method: string
  uri: string
  nonce: string
  nc: string
  cnonce: string
  qop: string
  recomputed: string
}

const file = new URL('../fixtures/digest/vectors.json', import.meta.url)
const vectors = (JSON.parse(readFileSync(file, 'utf8')) as Partial<Vector>[]).filter(
  (vector): vector is Vector => vector.recomputed !== undefined,
)

for (const vector of vectors) {
  test(`RFC ${vector.rfc}: the ${vector.algorithm} response of the example`, () => {
    const { method, uri, nonce, nc, cnonce, qop } = vector
    const hash = nodeHashes[vector.algorithm]
    const protection = { nc, cnonce, qop }
    const response = digestResponse(hash, {
      ha1: ha1(hash, vector),
      method,
      uri,
      nonce,
      protection,
    })
    assert.equal(response, vector.recomputed)
  })
}

test('RFC 7616 §3.9: all three algorithms are among the examples', () => {
  assert.deepEqual(
    new Set(vectors.map(({ algorithm }) => algorithm)),
    new Set(['MD5', 'SHA-256', 'SHA-512-256']),
  )
})

test('RFC 2617 §3.2.2.1: without qop the response covers only the nonce', () => {
  const hash = nodeHashes.MD5
  const a1 = ha1(hash, { username: 'bob', realm: 'biloxi.com', password: 'zanzibar' })
  const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093'
  const response = digestResponse(hash, {
    ha1: a1,
    method: 'INVITE',
    uri: 'sip:bob@biloxi.com',
    nonce,
  })
  assert.equal(response, 'bf57e4e0d0bffc0fbaedce64d59add5e')
})

test('RFC 7616 §3.4.2: an account gets one hash for each spelling and algorithm', () => {
  const credentials = ha1Credentials({
    usernames: ['alice', 'alice@example.com'],
    realm: 'example.com',
    password: 'wonderland',
    algorithms: ['MD5', 'SHA-256', 'SHA-512-256'],
    hashes: nodeHashes,
  })
  assert.equal(credentials.length, 6)
  assert.equal(new Set(credentials.map((credential) => credential.ha1)).size, 6)
  const md5 = credentials.find(
    ({ username, algorithm }) => username === 'alice' && algorithm === 'MD5',
  )
  assert.equal(md5?.ha1, nodeHashes.MD5('alice:example.com:wonderland'))
})

test('texts are the same only when every character and the length are', () => {
  assert.ok(sameText('abc', 'abc'))
  for (const other of ['abd', 'ab', 'abcd', '', 'Abc']) assert.ok(!sameText('abc', other), other)
})
