/** What of a PIDF a person sees, in the RFCs' own examples, and what the client publishes. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { pidfFor, presenceFromPidf } from '../../client/presence-document.ts'
import type { Presence } from '../../client/presence.ts'
import { PIDF } from './client-harness.ts'

const EXAMPLES: readonly (readonly [string, Presence])[] = [
  ['rfc3863-4.2.2-prefixed', { basic: 'open', activities: [], note: null, icon: null }],
  [
    'rfc4479-7.1-data-model',
    { basic: 'open', activities: ['on-the-phone'], note: null, icon: null },
  ],
  [
    'rfc4480-4-rpid',
    {
      basic: 'open',
      activities: ['away'],
      note: 'Scoring 120',
      icon: { url: 'http://example.com/play.gif' },
    },
  ],
  [
    'rfc4482-4-cipid-corrected',
    {
      basic: 'open',
      activities: [],
      note: null,
      icon: { url: 'http://example.com/~alice/me.png' },
    },
  ],
]
for (const [name, expected] of EXAMPLES) {
  test(`the example ${name} is seen as it means`, async () => {
    const url = new URL(`../fixtures/presence-client/${name}.xml`, import.meta.url)
    assert.deepEqual(presenceFromPidf(await readFile(url, 'utf8')), expected)
  })
}

test('what is published is what is seen', () => {
  const icon = 'http://example.com/a?b=1&c=2'
  const text = pidfFor({
    basic: 'closed',
    activities: ['busy', 'in deep thought'],
    note: '<"&Grüße">',
    icon,
    entity: 'sip:alice@example.com',
    tupleId: 't1',
  })
  assert.deepEqual(presenceFromPidf(text), {
    basic: 'closed',
    activities: ['busy', 'in deep thought'],
    note: '<"&Grüße">',
    icon: { url: icon },
  })
})

test('RFC 4482 §3.4: the icon stands in the person, as CIPID and as RPID have it', () => {
  const text = pidfFor({ icon: 'http://h/i', entity: 'sip:alice@example.com', tupleId: 't1' })
  assert.match(
    text,
    /<dm:person id="pt1"><rpid:status-icon>http:\/\/h\/i<\/rpid:status-icon><c:icon>http:\/\/h\/i<\/c:icon><\/dm:person>/,
  )
})

test('a note with half a character does not break the document', () => {
  const text = pidfFor({ note: 'a\ud800b', entity: 'sip:alice@example.com', tupleId: 't1' })
  assert.equal(presenceFromPidf(text)?.note, 'a\ufffdb')
})

test('RFC 4482 §3: the person’s icon comes before her status-icon, and that before a tuple’s icon', () => {
  const person = '<rpid:status-icon>http://h/status</rpid:status-icon>'
  const own = '<c:icon>http://h/own</c:icon>'
  const inTuple = (text: string) =>
    text.replace('</status>', '</status><c:icon>http://h/tuple</c:icon>')
  const seen = [PIDF('open', person + own), PIDF('open', person), inTuple(PIDF('open'))].map(
    (text) => presenceFromPidf(text)?.icon?.url,
  )
  assert.deepEqual(seen, ['http://h/own', 'http://h/status', 'http://h/tuple'])
})

test('RFC 3863 §4.1.4: one open tuple is enough', () => {
  const closedFirst = PIDF('closed').replace(
    '<dm:person',
    '<tuple id="t2"><status><basic>open</basic></status></tuple><dm:person',
  )
  assert.equal(presenceFromPidf(closedFirst)?.basic, 'open')
})

test('what is no PIDF is nothing', () => {
  for (const text of ['', '<presence', '<presence/>', '<!DOCTYPE presence><presence/>']) {
    assert.equal(presenceFromPidf(text), undefined)
  }
})
