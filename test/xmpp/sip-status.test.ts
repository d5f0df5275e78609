import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorOfStatus, statusOfError } from '../../xmpp-gateway/sip-status.ts'
import { STANZA_CONDITIONS } from '../../xmpp-gateway/stanza-error.ts'

/** RFC 7247 Table 3, as it is printed. */
const TABLE_3 = `
300 redirect
301 gone
302 redirect
305 redirect
380 not-acceptable
399 redirect
400 bad-request
401 not-authorized
402 bad-request
403 forbidden
404 item-not-found
405 feature-not-implemented
406 not-acceptable
407 registration-required
408 remote-server-timeout
410 gone
413 policy-violation
414 policy-violation
415 not-acceptable
416 not-acceptable
420 feature-not-implemented
421 not-acceptable
423 resource-constraint
430 recipient-unavailable
439 feature-not-implemented
440 policy-violation
480 recipient-unavailable
481 item-not-found
482 not-acceptable
483 not-acceptable
484 item-not-found
485 item-not-found
486 recipient-unavailable
487 recipient-unavailable
488 not-acceptable
489 policy-violation
491 unexpected-request
493 bad-request
499 bad-request
500 internal-server-error
501 feature-not-implemented
502 remote-server-not-found
503 internal-server-error
504 remote-server-timeout
505 not-acceptable
513 policy-violation
599 internal-server-error
600 recipient-unavailable
603 recipient-unavailable
604 item-not-found
606 not-acceptable
699 recipient-unavailable
200 undefined-condition
`

/** RFC 7247 Table 2, of bare JIDs. */
const TABLE_2 = `
bad-request 400
conflict 400
feature-not-implemented 501
forbidden 603
gone 410
internal-server-error 500
item-not-found 604
jid-malformed 400
not-acceptable 606
not-allowed 403
not-authorized 401
policy-violation 403
recipient-unavailable 600
redirect 302
registration-required 407
remote-server-not-found 404
remote-server-timeout 408
resource-constraint 500
service-unavailable 403
subscription-required 400
undefined-condition 400
unexpected-request 491
`

const rows = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((row) => row.split(' '))

for (const [status = '', condition = ''] of rows(TABLE_3)) {
  test(`RFC 7247 §7.2: ${status} is ${condition}`, () => {
    assert.equal(errorOfStatus(Number(status)).condition, condition)
  })
}

for (const [condition = '', status = ''] of rows(TABLE_2)) {
  test(`RFC 7247 §7.1: ${condition} is ${status}`, () => {
    const known = STANZA_CONDITIONS.find((each) => each === condition)
    assert.ok(known)
    assert.equal(statusOfError(known), Number(status))
  })
}

test('RFC 7247 §7.2 note 1: 301 says where somebody has gone, 410 never does', () => {
  const contact = 'sip:alice@new.example'
  assert.equal(errorOfStatus(301, contact).further.content, contact)
  assert.equal(errorOfStatus(302, contact).further.content, contact)
  assert.equal(errorOfStatus(301).further.content, undefined)
  assert.equal(errorOfStatus(410, contact).further.content, undefined)
  assert.equal(errorOfStatus(403, contact).further.content, undefined)
})

test('RFC 6120 §8.3.3: each condition has its type', () => {
  const types = [403, 404, 410, 423, 480, 489, 500, 504].map((status) => errorOfStatus(status).type)
  assert.deepEqual(types, ['auth', 'cancel', 'cancel', 'wait', 'wait', 'modify', 'cancel', 'wait'])
})
