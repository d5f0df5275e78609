/** Passwords that stand for the account's own for a while, as a browser's session has one. RFC 7616 §3.4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, refusal, setUp } from './authenticator-world.ts'

function world(passwords: string[], more: Parameters<typeof setUp>[0] = {}) {
  let asked = 0
  const further = () => {
    asked++
    return passwords
  }
  const { authenticate, challenge, ...rest } = setUp({ ...more, further })
  const tryPassword = (password: string, request: Parameters<typeof authenticate>[0] = {}) =>
    authenticate({ authorization: [answer({ nonce: challenge().nonce, password })], ...request })
  return { ...rest, authenticate, challenge, tryPassword, asked: () => asked }
}

test('each of several passwords opens the account, and no other does', () => {
  const { tryPassword } = world(['first', 'second'])
  for (const password of ['wonderland', 'first', 'second']) {
    assert.deepEqual(tryPassword(password).ok, true, password)
  }
  assert.equal(refusal(tryPassword('third')).reason, 'wrong-credentials')
})

test('who signs in with the own password costs no look for others', () => {
  const { tryPassword, asked } = world(['first'])
  tryPassword('wonderland')
  assert.equal(asked(), 0)
  tryPassword('first')
  assert.equal(asked(), 1)
})

test('a password that is gone is refused at once, whatever nonce was good for it before', () => {
  const passwords = ['first']
  const { authenticate, challenge } = world(passwords)
  const { nonce } = challenge()
  const count = (nc: number) =>
    authenticate({ authorization: [answer({ nonce, nc, password: 'first' })] })
  assert.ok(count(1).ok)
  passwords.pop()
  assert.equal(refusal(count(2)).reason, 'wrong-credentials')
})

test('RFC 7616 §5.3: a guess that fits none of many is counted once', () => {
  const { tryPassword } = world(Array.from({ length: 16 }, (_, n) => `password ${n}`))
  for (let guess = 1; guess <= 10; guess++) {
    assert.equal(refusal(tryPassword('no')).delay, 0, `guess ${guess}`)
  }
  assert.equal(refusal(tryPassword('no')).delay, 100)
  assert.ok(tryPassword('password 15').ok, 'who knows one never waits')
})

test('a further password has its hash where the own has none', () => {
  const { authenticate, challenge } = world(['first'], { algorithms: ['SHA-256'], stored: [] })
  const tell = (password: string) =>
    authenticate({
      authorization: [answer({ nonce: challenge().nonce, algorithm: 'SHA-256', password })],
    })
  assert.ok(tell('first').ok)
  assert.equal(refusal(tell('wonderland')).reason, 'wrong-credentials')
})

test('a nonce is used up by a further password as by the own', () => {
  const { authenticate, challenge } = world(['first'])
  const authorization = [answer({ nonce: challenge().nonce, password: 'first' })]
  assert.ok(authenticate({ authorization }).ok)
  assert.equal(refusal(authenticate({ authorization })).reason, 'stale-nonce')
})

test('where the own password is asked for no other will do', () => {
  const { tryPassword } = world(['first'])
  assert.ok(tryPassword('wonderland', { ownPassword: true }).ok)
  assert.equal(refusal(tryPassword('first', { ownPassword: true })).reason, 'wrong-credentials')
})
