/** The subscription tables of the gateway beside those of RFC 6121 Appendix A, row by row. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Authorization } from '../../core/model/contact-pair.ts'
import {
  FROM,
  TO,
  type FromEvent,
  type Told,
  type ToEvent,
} from '../../xmpp-gateway/pairs/subscription-table.ts'

/** RFC 6121 §A.1: what of it is in `to`, and what in `from`. */
const STATES = {
  None: ['none', 'none'],
  'None + Pending Out': ['asked', 'none'],
  'None + Pending In': ['none', 'asked'],
  'None + Pending Out+In': ['asked', 'asked'],
  To: ['granted', 'none'],
  'To + Pending In': ['granted', 'asked'],
  From: ['none', 'granted'],
  'From + Pending Out': ['asked', 'granted'],
  Both: ['granted', 'granted'],
} as const satisfies Record<string, readonly [Authorization, Authorization]>

type State = keyof typeof STATES
/** The new state, where it is another. */
type Rows = Record<State, readonly [told: readonly Told[], next?: State]>

const ALL_ASK: Rows = {
  None: [['subscribe'], 'None + Pending Out'],
  'None + Pending Out': [['subscribe']],
  'None + Pending In': [['subscribe'], 'None + Pending Out+In'],
  'None + Pending Out+In': [['subscribe']],
  To: [['subscribe']],
  'To + Pending In': [['subscribe']],
  From: [['subscribe'], 'From + Pending Out'],
  'From + Pending Out': [['subscribe']],
  Both: [['subscribe']],
}

const TABLES: readonly {
  readonly name: string
  readonly direction: 'to' | 'from'
  readonly event: ToEvent | FromEvent
  readonly rows: Rows
}[] = [
  {
    name: 'RFC 6121 §A.2.1: outbound subscribe',
    ...{ direction: 'to', event: 'insists', rows: ALL_ASK },
  },
  {
    name: 'RFC 6121 §A.2.2: outbound unsubscribe',
    ...{ direction: 'to', event: 'cancels' },
    rows: {
      None: [['unsubscribe']],
      'None + Pending Out': [['unsubscribe'], 'None'],
      'None + Pending In': [['unsubscribe']],
      'None + Pending Out+In': [['unsubscribe'], 'None + Pending In'],
      To: [['unsubscribe'], 'None'],
      'To + Pending In': [['unsubscribe'], 'None + Pending In'],
      From: [['unsubscribe']],
      'From + Pending Out': [['unsubscribe'], 'From'],
      Both: [['unsubscribe'], 'From'],
    },
  },
  {
    name: 'RFC 6121 §A.2.3: outbound subscribed (without pre-approval)',
    ...{ direction: 'from', event: 'approved' },
    rows: {
      None: [[]],
      'None + Pending Out': [[]],
      'None + Pending In': [['subscribed', 'presence'], 'From'],
      'None + Pending Out+In': [['subscribed', 'presence'], 'From + Pending Out'],
      To: [[]],
      'To + Pending In': [['subscribed', 'presence'], 'Both'],
      From: [[]],
      'From + Pending Out': [[]],
      Both: [[]],
    },
  },
  ...(['denied', 'revoked'] as const).map((event) => ({
    name: `RFC 6121 §A.2.4: outbound unsubscribed (${event})`,
    ...{ direction: 'from' as const, event },
    rows: {
      None: [[]],
      'None + Pending Out': [[]],
      'None + Pending In': [['unsubscribed'], 'None'],
      'None + Pending Out+In': [['unsubscribed'], 'None + Pending Out'],
      To: [[]],
      'To + Pending In': [['unsubscribed'], 'To'],
      From: [['unavailable', 'unsubscribed'], 'None'],
      'From + Pending Out': [['unavailable', 'unsubscribed'], 'None + Pending Out'],
      Both: [['unavailable', 'unsubscribed'], 'To'],
    } as const,
  })),
  {
    name: 'RFC 6121 §A.3.1: inbound subscribe',
    ...{ direction: 'from', event: 'subscribe' },
    rows: {
      None: [[], 'None + Pending In'],
      'None + Pending Out': [[], 'None + Pending Out+In'],
      'None + Pending In': [[]],
      'None + Pending Out+In': [[]],
      To: [[], 'To + Pending In'],
      'To + Pending In': [[]],
      From: [['subscribed', 'presence']],
      'From + Pending Out': [['subscribed', 'presence']],
      Both: [['subscribed', 'presence']],
    },
  },
  {
    name: 'RFC 6121 §A.3.2: inbound unsubscribe',
    ...{ direction: 'from', event: 'unsubscribe' },
    rows: {
      None: [[]],
      'None + Pending Out': [[]],
      'None + Pending In': [['unsubscribed'], 'None'],
      'None + Pending Out+In': [['unsubscribed'], 'None + Pending Out'],
      To: [[]],
      'To + Pending In': [['unsubscribed'], 'To'],
      From: [['unsubscribed', 'unavailable'], 'None'],
      'From + Pending Out': [['unsubscribed', 'unavailable'], 'None + Pending Out'],
      Both: [['unsubscribed', 'unavailable'], 'To'],
    },
  },
  {
    name: 'RFC 6121 §A.3.3: inbound subscribed',
    ...{ direction: 'to', event: 'subscribed' },
    rows: {
      None: [[]],
      'None + Pending Out': [['probe'], 'To'],
      'None + Pending In': [[]],
      'None + Pending Out+In': [['probe'], 'To + Pending In'],
      To: [[]],
      'To + Pending In': [[]],
      From: [[]],
      'From + Pending Out': [['probe'], 'Both'],
      Both: [[]],
    },
  },
  {
    name: 'RFC 6121 §A.3.4: inbound unsubscribed',
    ...{ direction: 'to', event: 'unsubscribed' },
    rows: {
      None: [[]],
      'None + Pending Out': [[], 'None'],
      'None + Pending In': [[]],
      'None + Pending Out+In': [[], 'None + Pending In'],
      To: [[], 'None'],
      'To + Pending In': [[], 'None + Pending In'],
      From: [[]],
      'From + Pending Out': [[], 'From'],
      Both: [[], 'From'],
    },
  },
]

function after(state: State, direction: 'to' | 'from', event: ToEvent | FromEvent) {
  const [to, from] = STATES[state]
  const step = direction === 'to' ? TO[to][event as ToEvent] : FROM[from][event as FromEvent]
  const there = direction === 'to' ? to : from
  // Who has refused is, in the words of the RFC, one without a subscription.
  const next = step?.next === 'refused' ? 'none' : (step?.next ?? there)
  return {
    told: step?.tells ?? [],
    state: direction === 'to' ? [next, from] : [to, next],
  }
}

for (const { name, direction, event, rows } of TABLES) {
  test(name, () => {
    for (const [state, [told, next]] of Object.entries(rows) as [State, Rows[State]][]) {
      const expected = { told, state: [...STATES[next ?? state]] }
      assert.deepEqual(after(state, direction, event), expected, state)
    }
  })
}

test('RFC 6121 §A.2.1: one who has refused is asked again on purpose, not by every softphone', () => {
  assert.equal(TO.refused.asks, undefined)
  assert.deepEqual(TO.refused.insists, { next: 'asked', tells: ['subscribe'] })
  assert.equal(TO.asked.asks, undefined)
  assert.equal(TO.granted.asks, undefined)
})
