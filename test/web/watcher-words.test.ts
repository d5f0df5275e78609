/** Watchers and requests in words. RFC 3857 §4.7.1, RFC 5025 §3.2.1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextItem } from '../../web/buddies/next-item.ts'
import type { SeenWatcher } from '../../web/model/page-model.ts'
import { newRequestWords } from '../../web/watchers/new-request-words.ts'
import { watcherWords } from '../../web/watchers/watcher-words.ts'

const CASES: readonly [Pick<SeenWatcher, 'status' | 'handling'>, words: string][] = [
  [{ status: 'active', handling: 'allow' }, 'Sees your status, note and picture; Watching now'],
  [{ status: 'active', handling: 'polite-block' }, 'Sees you offline; Watching now'],
  [{ status: 'none', handling: 'block' }, 'Blocked, sees nothing; Not watching now'],
  [{ status: 'active' }, 'Let in by your server; Watching now'],
  [{ status: 'pending', handling: 'confirm' }, 'Waits for your answer; Asked to watch'],
  [{ status: 'pending' }, 'Waits for your answer; Asked to watch'],
]

for (const [watcher, words] of CASES)
  test(`RFC 5025 §3.2.1: of ${watcher.status} and ${watcher.handling ?? 'no rule'} it is said: ${words}`, () => {
    const { standing, watching } = watcherWords({
      address: 'sip:b@x.example',
      name: 'B',
      ...watcher,
    })
    assert.equal(`${standing}; ${watching}`, words)
  })

const ZOE = { address: 'sip:zoe@example.net', name: 'Zoe' }
const YVES = { address: 'sip:yves@example.net', name: 'Yves' }

test('a request is told once; several at once are told by their number', () => {
  assert.equal(newRequestWords([ZOE], new Set()), 'Zoe asks to see your status.')
  assert.equal(newRequestWords([ZOE], new Set([ZOE.address])), undefined)
  assert.equal(newRequestWords([ZOE, YVES], new Set()), '2 people ask to see your status.')
  assert.equal(
    newRequestWords([ZOE, YVES], new Set([ZOE.address])),
    'Yves asks to see your status.',
  )
  assert.equal(newRequestWords([], new Set([ZOE.address])), undefined)
})

test('WAI-ARIA APG: arrow keys go round in a menu, Home and End to its ends', () => {
  const from = (key: string) => [-1, 0, 1, 2].map((current) => nextItem(key, current, 3))
  assert.deepEqual(from('ArrowDown'), [0, 1, 2, 0])
  assert.deepEqual(from('ArrowUp'), [2, 2, 0, 1])
  assert.deepEqual(from('Home'), [0, 0, 0, 0])
  assert.deepEqual(from('End'), [2, 2, 2, 2])
  assert.deepEqual(from('x'), [undefined, undefined, undefined, undefined])
  assert.equal(nextItem('ArrowDown', -1, 0), undefined)
})
