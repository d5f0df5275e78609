/**
 * curl, which knows HTTP and Digest and nothing of us, stores, reads and removes an icon.
 *
 *   curl                               Visage
 *    |--- PUT image/png ---------------->|
 *    |<-- 401, WWW-Authenticate: Digest -|
 *    |--- PUT, Authorization ----------->|
 *    |<-- 201, ETag ---------------------|
 *    |--- GET, If-None-Match ----------->|
 *    |<-- 304 ---------------------------|
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { requireProgram } from '../support/programs.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess
let folder: string
let photo: string

before(async () => {
  visage = await startVisage({ users: ['alice@localhost'] })
  folder = await mkdtemp(join(tmpdir(), 'visage-curl-'))
  photo = join(folder, 'photo.png')
  const image = sharp({ create: { width: 48, height: 48, channels: 3, background: '#cc6633' } })
  await writeFile(photo, await image.png().toBuffer())
})

after(async () => {
  await visage.end()
  await rm(folder, { recursive: true, force: true })
})

/** The status and the ETag of the last answer. */
async function curl(...args: readonly string[]): Promise<string[]> {
  const written = '%{http_code} %header{etag}'
  const quiet = ['--silent', '--show-error', '--max-time', '10', '--write-out', written]
  const { stdout } = await promisify(execFile)('curl', [...quiet, '--output', saved(), ...args])
  return stdout.trim().split(' ')
}

const saved = () => join(folder, 'saved')
const url = (name: string) => `${visage.xcapRoot}/oma_status-icon/users/sip:alice@localhost/${name}`
const signedIn = ['--digest', '--user', `alice:${PASSWORD}`]

async function story(t: TestContext, upload: readonly string[]): Promise<void> {
  if (!requireProgram(t, 'curl')) return
  const [created, etag = ''] = await curl(...signedIn, ...upload, url('curl.png'))
  assert.equal(created, '201')
  assert.deepEqual(await curl(url('curl.png')), ['200', etag])
  assert.deepEqual(await readFile(saved()), await readFile(photo))
  assert.deepEqual(await curl('-H', `If-None-Match: ${etag}`, url('curl.png')), ['304', etag])
  const stale = ['-X', 'DELETE', '-H', 'If-Match: "another"', url('curl.png')]
  assert.equal((await curl(...signedIn, ...stale))[0], '412')
  assert.equal((await curl(...signedIn, '-X', 'DELETE', url('curl.png')))[0], '200')
  assert.equal((await curl(url('curl.png')))[0], '404')
}

test('curl puts an image as it is, and everybody gets the same bytes', (t) =>
  story(t, ['-H', 'Content-Type: image/png', '--upload-file', photo]))

test('curl puts a pres-content document, and everybody gets the image in it', async (t) => {
  const document = join(folder, 'icon.xml')
  const data = (await readFile(photo)).toString('base64')
  const parts = '<mime-type>image/png</mime-type><encoding>base64</encoding>'
  const content = `<content xmlns="urn:oma:xml:prs:pres-content">${parts}<data>${data}</data></content>`
  await writeFile(document, content)
  const type = 'Content-Type: application/vnd.oma.pres-content+xml'
  await story(t, ['-H', type, '--upload-file', document])
})

test('curl with a wrong password is asked again and stores nothing', async (t) => {
  if (!requireProgram(t, 'curl')) return
  const wrong = ['--digest', '--user', 'alice:wrong', '-H', 'Content-Type: image/png']
  assert.equal((await curl(...wrong, '--upload-file', photo, url('wrong.png')))[0], '401')
  assert.equal((await curl(url('wrong.png')))[0], '404')
})
