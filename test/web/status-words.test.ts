/** Presence in words. RFC 3863 §4.1.4, RFC 4480 §3.2. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACTIVITIES } from '../../client/activities.ts'
import { activityWords } from '../../web/buddies/activity-words.ts'
import { statusWords } from '../../web/buddies/status-words.ts'
import type { BuddyPresence } from '../../web/model/page-model.ts'

const ONLINE: BuddyPresence = {
  subscription: 'active',
  basic: 'open',
  activities: [],
  note: null,
  icon: null,
}

const BOB = { address: 'sip:bob@example.com', name: 'Bob' }

const CASES: readonly [string, Partial<BuddyPresence>, tone: string, words: string][] = [
  ['nothing told yet', { subscription: 'unknown', basic: null }, 'pending', 'Not known yet'],
  ['not let in yet', { subscription: 'pending' }, 'pending', 'Waiting for Bob to allow you'],
  [
    'refused',
    { subscription: 'terminated', basic: null },
    'offline',
    'Does not share their status with you',
  ],
  [
    'an address of nobody',
    { subscription: 'terminated', reason: 'noresource', basic: null },
    'offline',
    'Nobody has this address',
  ],
  ['open', {}, 'online', 'Online'],
  ['closed', { basic: 'closed' }, 'offline', 'Offline'],
  ['a document without a status', { basic: null }, 'offline', 'No status'],
  ['one activity', { activities: ['busy'] }, 'busy', 'Busy'],
  ['two activities', { activities: ['away', 'meeting'] }, 'busy', 'Away · In a meeting'],
  [
    'closed with an activity',
    { basic: 'closed', activities: ['vacation'] },
    'offline',
    'Offline · On vacation',
  ],
  ['an activity without a status', { basic: null, activities: ['meal'] }, 'away', 'Eating'],
  ['the activity called unknown', { activities: ['unknown'] }, 'online', 'Online'],
  ['words of their own', { activities: ['Feeding the cat'] }, 'online', 'Feeding the cat'],
  ['the same twice', { activities: ['busy', 'busy'] }, 'busy', 'Busy'],
  ['a name that objects have', { activities: ['constructor'] }, 'online', 'constructor'],
]

for (const [what, presence, tone, words] of CASES)
  test(`a row says of ${what}: ${words}`, () => {
    assert.deepEqual(statusWords({ ...ONLINE, ...presence }, BOB), { tone, words })
  })

test('RFC 4480 §3.2: every activity that has a name there has words on the page', () => {
  const named = ACTIVITIES.filter((activity) => activity !== 'unknown')
  const unworded = named.filter((activity) => activityWords(activity)?.words === activity)
  assert.deepEqual(unworded, [])
})

test('a row names three activities at most', () => {
  const activities = ['busy', 'meeting', 'meal', 'travel', 'tv']
  assert.equal(statusWords({ ...ONLINE, activities }, BOB).words, 'Busy · In a meeting · Eating')
})

test('of a phone number or an address of another network nobody says that it is nobody’s', () => {
  const presence = {
    ...ONLINE,
    subscription: 'terminated',
    reason: 'noresource',
    basic: null,
  } as const
  for (const address of ['tel:+491701234567', 'xmpp:juliet@capulet.example']) {
    const { words } = statusWords(presence, { address, name: 'Juliet' })
    assert.equal(words, 'No status for this kind of address')
  }
})
