/** Who gets in, who does not, and what each hears. RFC 7616, RFC 8760, RFC 3261 §22. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuthenticationRequest } from '../../core/digest/authentication.ts'
import { createFailureCounts } from '../../core/digest/failure-counts.ts'
import { answer, challengesOf, refusal, setUp, START, type Answer } from './authenticator-world.ts'

describe('challenges', () => {
  test('RFC 7616 §3.3: without credentials there is one MD5 challenge with qop auth', () => {
    const outcome = refusal(setUp().authenticate({}))
    assert.equal(outcome.reason, 'no-credentials')
    assert.equal(outcome.challenge.length, 1)
    assert.match(
      outcome.challenge[0]!,
      /^Digest realm="example.com", nonce="[0-9a-f]+", algorithm=MD5, qop="auth"$/,
    )
  })

  test('RFC 8760 §2.3: several algorithms are several challenges, MD5 last', () => {
    const { authenticate } = setUp({ algorithms: ['MD5', 'SHA-512-256', 'SHA-256'] })
    assert.deepEqual(
      challengesOf(authenticate({})).map(({ algorithm }) => algorithm),
      ['SHA-512-256', 'SHA-256', 'MD5'],
    )
  })

  test('an account that has only MD5 hashes signs in where SHA-256 is offered too', () => {
    const { authenticate } = setUp({ algorithms: ['SHA-256', 'MD5'], stored: ['MD5'] })
    const [only, ...others] = challengesOf(authenticate({ algorithms: ['MD5'] }))
    assert.equal(only?.algorithm, 'MD5')
    assert.deepEqual(others, [])
    assert.ok(authenticate({ authorization: [answer({ nonce: only.nonce })] }).ok)
  })

  test('after the clock was set back nobody is told that every nonce is stale', () => {
    const { authenticate, challenge, clock } = setUp()
    clock.advance(-3_600_000)
    for (let count = 0; count < 3; count++) {
      assert.ok(authenticate({ authorization: [answer({ nonce: challenge().nonce })] }).ok)
    }
  })

  test('every nonce is new', () => {
    const { challenge } = setUp()
    const nonces = new Set(Array.from({ length: 1000 }, () => challenge().nonce))
    assert.equal(nonces.size, 1000)
  })

  test('RFC 7617: Basic is offered and taken only when the caller says so', () => {
    const { authenticate } = setUp()
    const authorization = [`Basic ${Buffer.from('alice:wonderland').toString('base64')}`]
    assert.ok(authenticate({ authorization, basic: true }).ok)
    assert.equal(refusal(authenticate({ authorization })).reason, 'no-credentials')
    assert.equal(refusal(authenticate({ basic: true })).challenge.length, 2)
    const wrong = [`Basic ${Buffer.from('alice:no').toString('base64')}`]
    const outcome = authenticate({ authorization: wrong, basic: true })
    assert.equal(refusal(outcome).reason, 'wrong-credentials')
  })
})

describe('right credentials', () => {
  for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
    test(`RFC 8760: a right ${algorithm} response is let in`, () => {
      const { authenticate, challenge } = setUp({ algorithms: [algorithm] })
      const authorization = [answer({ nonce: challenge().nonce, algorithm })]
      assert.deepEqual(authenticate({ authorization }), {
        ok: true,
        account: 'sip:alice@example.com',
        challengedAt: START,
      })
    })
  }

  test('RFC 7616 §4: a username outside ASCII is let in', () => {
    const { authenticate, challenge } = setUp()
    const authorization = [answer({ nonce: challenge().nonce, username: 'jäsøn' })]
    assert.deepEqual(authenticate({ authorization }), {
      ok: true,
      account: 'sip:jäsøn@example.com',
      challengedAt: START,
    })
  })

  test('RFC 2617 §3.2.2.1: a client without qop is let in, once per nonce', () => {
    const { authenticate, challenge } = setUp()
    const authorization = [answer({ nonce: challenge().nonce, qop: undefined })]
    assert.ok(authenticate({ authorization }).ok)
    assert.equal(refusal(authenticate({ authorization })).reason, 'stale-nonce')
  })

  test('RFC 3261 §22.3: credentials for other realms beside ours do no harm', () => {
    const { authenticate, challenge } = setUp()
    const other = answer({ nonce: 'n', realm: 'elsewhere.example' })
    const authorization = [other, answer({ nonce: challenge().nonce })]
    assert.ok(authenticate({ authorization }).ok)
  })

  test('a store that answers later gives the same outcome', async () => {
    const { authenticateLater, challenge } = setUp({ slowStore: true })
    const outcome = await authenticateLater({
      authorization: [answer({ nonce: challenge().nonce })],
    })
    assert.ok(outcome.ok)
  })
})

describe('wrong credentials', () => {
  const nobody: Record<string, Partial<Answer>> = {
    'a wrong password': { password: 'guess' },
    'an unknown user': { username: 'mallory' },
  }
  for (const [who, wrong] of Object.entries(nobody)) {
    test(`RFC 7616 §5: ${who} gets a fresh challenge and no reason`, () => {
      const { authenticate, challenge } = setUp()
      const { nonce } = challenge()
      const outcome = refusal(authenticate({ authorization: [answer({ nonce, ...wrong })] }))
      assert.equal(outcome.reason, 'wrong-credentials')
      assert.equal(outcome.delay, 0)
      assert.match(
        outcome.challenge[0]!,
        /^Digest realm="example.com", nonce="[0-9a-f]+", algorithm=MD5, qop="auth"$/,
      )
      assert.notEqual(challengesOf(outcome)[0]?.nonce, nonce)
    })
  }

  test('a wrong password does not use up the count of who knows it', () => {
    const { authenticate, challenge } = setUp()
    const { nonce } = challenge()
    refusal(authenticate({ authorization: [answer({ nonce, password: 'guess' })] }))
    assert.ok(authenticate({ authorization: [answer({ nonce })] }).ok)
  })

  const refused: Record<string, [Partial<Answer>, string]> = {
    'RFC 7616 §3.4.6: a response for another URI is refused': [{ uri: '/other' }, 'other-uri'],
    'RFC 7616 §3.3: auth-int was not offered and is refused': [
      { qop: 'auth-int' },
      'other-algorithm',
    ],
    'RFC 8760 §2.4: an algorithm that was not offered is refused': [
      { algorithm: 'SHA-256' },
      'other-algorithm',
    ],
    'credentials for another realm alone are none': [{ realm: 'elsewhere' }, 'no-credentials'],
  }
  for (const [requirement, [given, reason]] of Object.entries(refused)) {
    test(requirement, () => {
      const { authenticate, challenge } = setUp()
      const authorization = [answer({ nonce: challenge().nonce, ...given })]
      assert.equal(refusal(authenticate({ authorization })).reason, reason)
    })
  }

  test('RFC 7616 §3.4.1: a response made for another method is refused', () => {
    const { authenticate, challenge } = setUp()
    const authorization = [answer({ nonce: challenge().nonce })]
    const outcome = authenticate({ authorization, method: 'DELETE' })
    assert.equal(refusal(outcome).reason, 'wrong-credentials')
  })
})

describe('guessing', () => {
  const guess = (
    test: ReturnType<typeof setUp>,
    request: Partial<AuthenticationRequest>,
    username: string,
  ) =>
    refusal(
      test.authenticate({
        ...request,
        authorization: [answer({ nonce: test.challenge().nonce, username, password: 'guess' })],
      }),
    ).delay

  test('RFC 7616 §5.3: from the eleventh guess in a minute a source waits, up to a second', () => {
    const world = setUp()
    const delays = Array.from({ length: 30 }, (_, index) => guess(world, {}, `user${index}`))
    assert.ok(delays.slice(0, 10).every((delay) => delay === 0))
    assert.ok(delays.slice(10).every((delay) => delay > 0 && delay <= 1000))
    assert.equal(delays.at(-1), 1000)
    world.clock.advance(60_000)
    assert.equal(guess(world, {}, 'somebody'), 0)
  })

  test('RFC 7616 §5.3: guesses at one account from many sources wait too', () => {
    const world = setUp()
    const delays = Array.from({ length: 11 }, (_, index) =>
      guess(world, { source: `192.0.2.${index}` }, 'alice'),
    )
    assert.deepEqual(delays.slice(0, 10), Array<number>(10).fill(0))
    assert.ok(delays[10]! > 0)
  })

  test('twenty thousand other names do not make a guessing source forgotten', () => {
    const counts = createFailureCounts(100)
    let delay = 0
    for (let index = 0; index < 20_000; index++) {
      delay = counts.add(['source', `account ${index}`], START)
    }
    assert.equal(delay, 1000)
  })

  test('who knows the password never waits', () => {
    const world = setUp()
    for (let index = 0; index < 50; index++) guess(world, {}, 'alice')
    const authorization = [answer({ nonce: world.challenge().nonce })]
    assert.ok(world.authenticate({ authorization }).ok)
  })
})
