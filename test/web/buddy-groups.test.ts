/** How an address is shown. RFC 3261 §19.1.2. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutScheme } from '../../web/model/buddy-groups.ts'

const shown: readonly [address: string, as: string][] = [
  ['sip:bob@example.com', 'bob@example.com'],
  ['tel:+491701234567', '+491701234567'],
  ['xmpp:juliet@capulet.example', 'xmpp:juliet@capulet.example'],
  ['sip:j%C3%BCrgen@example.com', 'jürgen@example.com'],
  ['sip:%E5%B1%B1%E7%94%B0@example.com', '山田@example.com'],
  // An escaped @ or blank stays escaped, and so does what cannot be seen or is no UTF-8.
  ['sip:bob%40good.example@evil.example', 'bob%40good.example@evil.example'],
  ['sip:bob%E2%80%AE@example.com', 'bob%E2%80%AE@example.com'],
  ['sip:bob%C2%A0@example.com', 'bob%C2%A0@example.com'],
  ['sip:bob%FF@example.com', 'bob%FF@example.com'],
]

for (const [address, as] of shown) {
  test(`RFC 3261 §19.1.2: ${address} is shown as ${as}`, () => {
    assert.equal(withoutScheme(address), as)
  })
}
