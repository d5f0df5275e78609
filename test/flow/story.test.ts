/**
 * The whole story, as two people at their terminals see it.
 *
 *   alice (xcap-icon)          Visage                 bob (visage watch)      any HTTP client
 *        |                        |<------ SUBSCRIBE ---------|                      |
 *        |                        |------- NOTIFY (closed) -->|                      |
 *        |--- PUT icon, digest -->|                           |                      |
 *        |<------- 201, ETag -----|------- NOTIFY (icon) ---->|                      |
 *        |                        |<-------------------- GET icon -------------------|
 *        |                        |--------------------- 200, the bytes ------------>|
 *        |                        |<-------------------- GET, If-None-Match ---------|
 *        |                        |--------------------- 304 ----------------------->|
 *        |--- DELETE icon ------->|------- NOTIFY (no icon) ->|                      |
 *        |                        |<-------------------- GET icon -------------------|
 *        |                        |--------------------- 404 ----------------------->|
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import {
  run,
  start,
  startVisage,
  type Running,
  type VisageProcess,
} from '../support/visage-process.ts'

interface Seen {
  time: string
  presentity: string
  subscription: string
  basic: string | null
  activities: string[]
  note: string | null
  icon: { url: string; etag: string; type: string; bytes: number } | null
}

let visage: VisageProcess
let folder: string
let photo: string
let bob: Running

before(async () => {
  visage = await startVisage({ users: ['alice@localhost', 'bob@localhost'] })
  folder = await mkdtemp(join(tmpdir(), 'visage-story-'))
  photo = join(folder, 'photo.png')
  const image = sharp({ create: { width: 64, height: 64, channels: 3, background: '#3366cc' } })
  await writeFile(photo, await image.png().toBuffer())
  bob = start('visage', ['watch', 'alice@localhost', '--json', ...visage.as('bob@localhost')])
})

after(async () => {
  await bob.stop()
  await visage.end()
  await rm(folder, { recursive: true, force: true })
})

const seen = async (accept: (seen: Seen) => boolean) =>
  JSON.parse(await bob.line((line) => accept(JSON.parse(line) as Seen))) as Seen

test('an icon goes up over XCAP and every watcher sees it, without a PUBLISH', async () => {
  const first = await seen(() => true)
  assert.equal(first.presentity, 'sip:alice@localhost')
  assert.equal(first.subscription, 'active')
  assert.equal(first.basic, 'closed')
  assert.equal(first.icon, null)

  const put = await run('xcap-icon', [
    '-f',
    photo,
    '--original',
    'PUT',
    ...visage.as('alice@localhost'),
  ])
  assert.equal(put.code, 0, put.stderr)
  const [success, created, ...headers] = put.stdout.split('\n')
  assert.equal(success, 'Icon uploaded successfully')
  const putUrl = /^201 Created <(.+)>$/.exec(created ?? '')?.[1] ?? assert.fail(put.stdout)
  assert.match(
    putUrl,
    /\/xcap-root\/oma_status-icon\/users\/sip:alice@localhost\/[A-Za-z0-9]{20}\.png$/,
  )
  const etag = headers.find((line) => line.startsWith('etag: '))?.slice('etag: '.length) ?? ''
  assert.match(etag, /^"[^"]+"$/)

  const shown = await seen((one) => one.icon !== null)
  assert.equal(shown.basic, 'closed')
  assert.equal(shown.icon?.type, 'image/png')
  const bytes = await readFile(photo)
  for (const url of [shown.icon.url, putUrl]) {
    const got = await fetch(url)
    assert.equal(got.status, 200)
    assert.equal(got.headers.get('content-type'), 'image/png')
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), bytes)
    const again = await fetch(url, { headers: { 'If-None-Match': got.headers.get('etag') ?? '' } })
    assert.equal(again.status, 304)
  }
  assert.equal((await fetch(putUrl)).headers.get('etag'), etag)

  const name = putUrl.slice(putUrl.lastIndexOf('/') + 1)
  const directory = await run('xcap-directory', visage.as('alice@localhost'))
  assert.equal(directory.code, 0, directory.stderr)
  assert.ok(
    directory.stdout.includes(
      `Folder 'oma_status-icon':\n    ${name} etag: ${etag.replaceAll('"', '')}`,
    ),
    directory.stdout,
  )

  const before = bob.lines.length
  const removed = await run('xcap-icon', ['-f', name, 'DELETE', ...visage.as('alice@localhost')])
  assert.equal(removed.code, 0, removed.stderr)
  assert.equal(removed.stdout.split('\n')[0], `200 OK <${putUrl}>`)
  const next = JSON.parse(await bob.line(() => true, before)) as Seen
  assert.equal(next.icon, null)
  for (const url of [shown.icon.url, putUrl]) assert.equal((await fetch(url)).status, 404)
})

test('the older way: alice publishes a PIDF that names her icon herself, and bob sees that', async () => {
  const elsewhere = `http://127.0.0.1:${visage.httpPort}/elsewhere/alice.png`
  const alice = start('visage', [
    ...['publish', '--activity', 'busy', '--note', 'in a meeting', '--icon', elsewhere],
    ...visage.as('alice@localhost'),
  ])
  const published = await seen((one) => one.icon?.url === elsewhere)
  assert.equal(published.basic, 'open')
  assert.deepEqual(published.activities, ['busy'])
  assert.equal(published.note, 'in a meeting')

  const before = bob.lines.length
  assert.equal(await alice.stop('SIGINT'), 0)
  const offline = JSON.parse(await bob.line(() => true, before)) as Seen
  assert.equal(offline.basic, 'closed')
  assert.equal(offline.icon, null)
})
