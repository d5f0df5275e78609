/** My stored pictures, and the service's refusals in words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpUnreachable } from '../../client/http-unreachable.ts'
import { xcapErrorFrom, type XcapError } from '../../client/xcap-error.ts'
import { createMyPicture } from '../../web/picture/my-picture.ts'
import { PictureRefused, refusalOf } from '../../web/picture/picture-refused.ts'

const URL = '/icons/alice@example.com'
const IMAGE = new Blob(['picture'])

function refused(status: number, body = '', type = 'text/plain'): XcapError {
  const headers = new Headers({ 'Content-Type': type })
  return xcapErrorFrom({ status, reason: '', url: URL, headers, body: Buffer.from(body) })
}

const noIcons = { list: () => Promise.resolve([]), delete: () => assert.fail('nothing to delete') }
const noneHeld = {
  list: () => Promise.resolve([]),
  withdraw: () => assert.fail('nothing to withdraw'),
}

for (const [status, words, full] of [
  [401, /session has ended/, false],
  [403, /does not let you/, false],
  [413, /too large/, false],
  [415, /this kind of picture/, false],
  [429, /too often/, false],
  [503, /busy/, false],
  [507, /no room/, true],
  [500, /did not take/, false],
] as const) {
  test(`RFC 9110 §15: a picture refused with ${status} is told in words: ${words.source}`, () => {
    const refusal = refusalOf(refused(status))
    assert.match(refusal.message, words)
    assert.equal(refusal.full, full)
  })
}

test('RFC 4825 §11: a conflict is told with the phrase of the service, and room may help', () => {
  const body = `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">
    <constraint-failure phrase="Nobody may have more than 500 documents."/></xcap-error>`
  const refusal = refusalOf(refused(409, body, 'application/xcap-error+xml'))
  assert.equal(refusal.message, 'Nobody may have more than 500 documents.')
  assert.equal(refusal.full, true)
})

test('no answer and what nobody thought of are told in words, too', () => {
  assert.match(refusalOf(new HttpUnreachable(URL, new Error('x'))).message, /cannot be reached/)
  assert.match(refusalOf(new TypeError('x is undefined')).message, /Something went wrong/)
})

test('a picture goes to its address; a session that is over is told of', async () => {
  let over = 0
  const sent: string[] = []
  const mine = createMyPicture({
    url: URL,
    icons: noIcons,
    held: noneHeld,
    onSessionOver: () => over++,
    upload: ({ url }) => {
      sent.push(url)
      return sent.length === 1
        ? Promise.resolve({ url, etag: 'x', waits: true })
        : Promise.reject(refused(401))
    },
  })
  assert.deepEqual(await mine.store(IMAGE), { waits: true })
  assert.equal(over, 0)
  await assert.rejects(mine.store(IMAGE), PictureRefused)
  assert.deepEqual(sent, [URL, URL])
  assert.equal(over, 1)
})

test('an upload that was stopped rejects with the reason of who stopped it', async () => {
  const stop = new AbortController()
  const mine = createMyPicture({
    url: URL,
    icons: noIcons,
    held: noneHeld,
    upload: ({ signal }) => {
      stop.abort(new Error('enough'))
      return Promise.reject(signal?.reason as Error)
    },
  })
  await assert.rejects(mine.store(IMAGE, { signal: stop.signal }), { message: 'enough' })
})

test('removing takes every stored picture and withdraws what waits, so that none comes back', async () => {
  const names = ['a.png', 'b.png', 'c.png']
  const deleted: string[] = []
  const answer = {
    status: 200,
    reason: '',
    url: URL,
    headers: new Headers(),
    body: new Uint8Array(),
  }
  const icons = {
    list: () => Promise.resolve(names.map((name) => ({ name, url: '', etag: '' }))),
    delete: (name: string) => {
      deleted.push(name)
      // Another page was faster with one of them.
      return name === 'b.png' ? Promise.reject(refused(404)) : Promise.resolve(answer)
    },
  }
  const held = {
    list: () => Promise.resolve(['oma_status-icon/d.png', 'oma_status-icon/e.png']),
    withdraw: (path: string) => {
      deleted.push(path)
      // An administrator was faster with one of them.
      return path.endsWith('d.png') ? Promise.reject(refused(404)) : Promise.resolve(answer)
    },
  }
  await createMyPicture({ url: URL, icons, held }).removeAll()
  assert.deepEqual(deleted, ['oma_status-icon/d.png', 'oma_status-icon/e.png', ...names])
})

test('a picture that cannot be removed is said so', async () => {
  const icons = {
    list: () => Promise.resolve([{ name: 'a.png', url: '', etag: '' }]),
    delete: () => Promise.reject(refused(503)),
  }
  await assert.rejects(createMyPicture({ url: URL, icons, held: noneHeld }).removeAll(), /busy/)
})

test('what waits for approval is asked of the service; a session that is over is told of', async () => {
  let over = 0
  const paths: string[] = []
  const held = {
    ...noneHeld,
    list: () => (paths.length < 2 ? Promise.resolve(paths) : Promise.reject(refused(401))),
  }
  const mine = createMyPicture({ url: URL, icons: noIcons, held, onSessionOver: () => over++ })
  assert.equal(await mine.isWaiting(), false)
  paths.push('oma_status-icon/d.png')
  assert.equal(await mine.isWaiting(), true)
  paths.push('oma_status-icon/e.png')
  await assert.rejects(mine.isWaiting(), PictureRefused)
  assert.equal(over, 1)
})
