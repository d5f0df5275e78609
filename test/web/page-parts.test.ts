/** Small parts of the page that need no browser: theme, storage, the banner's words, turns. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionWords, secondsUntil } from '../../web/layout/connection-words.ts'
import { createKeptStatus } from '../../web/model/kept-status.ts'
import { createKeptTag } from '../../web/model/kept-tag.ts'
import { oneAtATime } from '../../web/model/one-at-a-time.ts'
import { browserStorage } from '../../web/session/browser-storage.ts'
import { sameOriginFetch } from '../../web/session/same-origin-fetch.ts'
import { createThemeChoice } from '../../web/style/theme.ts'
import { keptTexts } from './kept-texts.ts'

function themeSetUp(stored?: string) {
  const storage = keptTexts()
  if (stored !== undefined) storage.setItem('visage.theme', stored)
  let changed: () => void = () => undefined
  const systemIsDark = {
    matches: false,
    addEventListener: (_type: 'change', on: () => void) => {
      changed = on
    },
  }
  const root = { dataset: {} as DOMStringMap }
  const theme = createThemeChoice({ root, storage, systemIsDark })
  const setSystem = (isDark: boolean) => {
    systemIsDark.matches = isDark
    changed()
  }
  return { theme, root, storage, setSystem }
}

test('light or dark follows the system until the person chooses, and the choice is remembered', () => {
  const { theme, root, storage, setSystem } = themeSetUp()
  assert.equal(theme.current(), 'light')
  setSystem(true)
  assert.equal(theme.current(), 'dark')
  assert.equal(root.dataset['theme'], undefined)
  theme.choose('light')
  assert.equal(theme.current(), 'light')
  assert.equal(root.dataset['theme'], 'light')
  assert.equal(storage.getItem('visage.theme'), 'light')
  assert.equal(themeSetUp('dark').root.dataset['theme'], 'dark')
  assert.equal(themeSetUp('pink').theme.current(), 'light')
})

test('where a browser forbids its storage, the page remembers for as long as it is open', () => {
  const storage = browserStorage(() => {
    throw new DOMException('denied', 'SecurityError')
  })
  storage.setItem('a', '1')
  assert.equal(storage.getItem('a'), '1')
  storage.removeItem('a')
  assert.equal(storage.getItem('a'), null)
})

test('a storage that is full harms nothing', () => {
  const full = {
    ...keptTexts(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  const storage = browserStorage(() => full)
  storage.setItem('a', '1')
  assert.equal(storage.getItem('a'), '1')
})

test('a kept status that nobody can read is none', () => {
  const kept = keptTexts()
  const status = createKeptStatus(kept, 'sip:alice@example.com')
  for (const text of [
    '',
    'null',
    '{',
    '[]',
    '{"address":"sip:alice@example.com","basic":"maybe"}',
  ]) {
    kept.setItem('visage.status', text)
    assert.equal(status.get(), undefined, text)
  }
})

test('RFC 3903 §4.4: the tag of a publication is kept for who published it', () => {
  const tab = keptTexts()
  createKeptTag(tab, 'sip:alice@example.com').keep('one')
  assert.equal(createKeptTag(tab, 'sip:alice@example.com').get(), 'one')
  assert.equal(createKeptTag(tab, 'sip:bob@example.com').get(), undefined)
  createKeptTag(tab, 'sip:alice@example.com').keep(undefined)
  assert.equal(createKeptTag(tab, 'sip:alice@example.com').get(), undefined)
})

test('the banner says what is wrong, and offers another try where that makes sense', () => {
  const down = { state: 'down', reason: 'No connection to the server.' } as const
  assert.equal(connectionWords({ ...down, retryAt: 1 }).canTry, true)
  assert.equal(connectionWords({ ...down, retryAt: Number.POSITIVE_INFINITY }).canTry, false)
  assert.equal(connectionWords({ ...down, retryAt: 1 }).words, 'No connection to the server.')
  assert.equal(connectionWords({ state: 'connecting' }).words, 'Connecting…')
  assert.equal(connectionWords({ state: 'up' }).words, '')
})

test('the countdown ends, and there is none without an end', () => {
  assert.equal(secondsUntil(10_500, 8000), 3)
  assert.equal(secondsUntil(8000, 8000), undefined)
  assert.equal(secondsUntil(Number.POSITIVE_INFINITY, 8000), undefined)
})

test('who asks during a run waits for one that begins after it', async () => {
  const runs: (() => void)[] = []
  const ask = oneAtATime(() => new Promise((resolve) => runs.push(resolve)))
  const done: string[] = []
  void ask().then(() => done.push('first'))
  void ask().then(() => done.push('second'))
  void ask().then(() => done.push('third'))
  assert.equal(runs.length, 1)
  runs[0]?.()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(done, ['first'])
  assert.equal(runs.length, 2)
  runs[1]?.()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(done, ['first', 'second', 'third'])
  assert.equal(runs.length, 2)
})

test('requests to the own service carry the cookie and nothing else; each 401 is told', async () => {
  const seen: (RequestCredentials | undefined)[] = []
  let refused = 0
  const answers = [200, 401, 404]
  const fetch = sameOriginFetch(
    (_input, init) => {
      seen.push(init?.credentials)
      return Promise.resolve(new Response(null, { status: answers[seen.length - 1] ?? 500 }))
    },
    () => refused++,
  )
  while (seen.length < answers.length) await fetch('/xcap-root/', { credentials: 'omit' })
  assert.deepEqual(seen, ['same-origin', 'same-origin', 'same-origin'])
  assert.equal(refused, 1)
})
