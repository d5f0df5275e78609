/** A nonce serves each request once, for a while. RFC 7616 §3.3, §3.4, §5. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createDigestAuthenticator } from '../../core/digest/digest-authenticator.ts'
import { ha1 } from '../../core/digest/digest-response.ts'
import { hmacSha256, nodeHashes } from '../../core/digest/node-hashes.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { answer, challengesOf, KEY, REALM, refusal, setUp, START } from './authenticator-world.ts'

describe('nonces', () => {
  test('RFC 7616 §3.4: sixty-four parallel requests may arrive in any order, each once', () => {
    const { authenticate, challenge } = setUp()
    const { nonce } = challenge()
    const counts = Array.from({ length: 64 }, (_, index) => 64 - index)
    for (const nc of counts)
      assert.ok(authenticate({ authorization: [answer({ nonce, nc })] }).ok, `${nc}`)
    for (const nc of counts) {
      const outcome = refusal(authenticate({ authorization: [answer({ nonce, nc })] }))
      assert.equal(outcome.reason, 'stale-nonce')
      assert.ok(challengesOf(outcome)[0]?.stale)
    }
  })

  test('RFC 7616 §3.4: a count is good for one request across every jump of the counter', () => {
    for (const jump of [1, 31, 32, 33, 63, 64, 65, 4_000_000_000]) {
      const { authenticate, challenge } = setUp()
      const { nonce } = challenge()
      const pass = (nc: number) => authenticate({ authorization: [answer({ nonce, nc })] }).ok
      assert.ok(pass(5))
      assert.ok(pass(5 + jump))
      assert.ok(!pass(5), `replay of 5 after a jump by ${jump}`)
      assert.ok(!pass(5 + jump))
      assert.equal(pass(4), jump < 63, `4 after a jump by ${jump}`)
    }
  })

  test('RFC 7616 §3.3: an old nonce is stale for who knows the password and nothing for others', () => {
    const { authenticate, challenge, clock } = setUp()
    const { nonce } = challenge()
    clock.advance(3_600_001)
    const right = refusal(authenticate({ authorization: [answer({ nonce })] }))
    assert.equal(right.reason, 'stale-nonce')
    assert.match(right.challenge[0]!, /stale=true/)
    const wrong = refusal(authenticate({ authorization: [answer({ nonce, password: 'x' })] }))
    assert.equal(wrong.reason, 'wrong-credentials')
    assert.doesNotMatch(wrong.challenge[0]!, /stale/)
  })

  test('a nonce that another key signed is stale', () => {
    const foreign = setUp({ key: new Uint8Array(32).fill(9) }).challenge().nonce
    for (const nonce of [foreign, 'x', '', '0'.repeat(44), 'é'.repeat(44)]) {
      const { authenticate } = setUp()
      const outcome = refusal(authenticate({ authorization: [answer({ nonce })] }))
      assert.equal(outcome.reason, 'stale-nonce', nonce)
    }
  })

  test('a nonce from before a restart is stale, since its counts are forgotten', () => {
    const before = setUp()
    const { nonce } = before.challenge()
    assert.ok(before.authenticate({ authorization: [answer({ nonce })] }).ok)
    const after = createDigestAuthenticator({
      hashes: nodeHashes,
      sign: hmacSha256(KEY),
      clock: createManualClock(START + 5000),
      algorithms: ['MD5'],
      findCredential: (realm, username) => ({
        ha1: ha1(nodeHashes.MD5, { username, realm, password: 'wonderland' }),
        account: username,
      }),
    })
    const outcome = after.authenticate({
      authorization: [answer({ nonce })],
      method: 'GET',
      realm: REALM,
      acceptsUri: () => true,
      source: '192.0.2.1',
    })
    assert.ok(!(outcome instanceof Promise))
    assert.equal(refusal(outcome).reason, 'stale-nonce')
  })

  test('a nonce that was pushed out of the table is stale and cannot be replayed', () => {
    const { authenticate, challenge, clock } = setUp({ maxNonces: 2 })
    const nonces = [0, 1, 2, 3].map(() => {
      clock.advance(10)
      return challenge().nonce
    })
    for (const nonce of nonces) assert.ok(authenticate({ authorization: [answer({ nonce })] }).ok)
    const replay = refusal(authenticate({ authorization: [answer({ nonce: nonces[0]! })] }))
    assert.equal(replay.reason, 'stale-nonce')
    const next = [answer({ nonce: nonces[3]!, nc: 2 })]
    assert.ok(authenticate({ authorization: next }).ok)
  })
})
