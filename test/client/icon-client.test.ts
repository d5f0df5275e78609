/** Icons go up small and come back whole. OMA pres-content. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIconClient } from '../../client/icon-client.ts'
import { newIconName } from '../../client/icon-image.ts'
import { prepareImage } from '../../client/node/image-resizing.ts'
import { createXcapClient } from '../../client/xcap-client.ts'
import { measure } from '../../core/images/image-measure.ts'
import { sampleImage, twoColours } from '../images/sample-images.ts'
import { PASSWORD, startXcapTestServer, type XcapTestServer } from './xcap-test-server.ts'

const XUI = 'sip:alice@localhost'
let server: XcapTestServer
before(async () => {
  server = await startXcapTestServer()
})
after(() => server.close())

function client() {
  const credentials = { username: 'alice', password: PASSWORD }
  const xcap = createXcapClient({ xcapRoot: server.root, credentials })
  return createIconClient({ xcap, xui: XUI, prepare: prepareImage })
}

for (const [format, extension] of [
  ['png', 'png'],
  ['jpeg', 'jpg'],
  ['gif', 'gif'],
] as const) {
  test(`a large ${format} is put as a ${format} of at most 256 × 256 pixels`, async () => {
    const icons = client()
    const { name, answer } = await icons.put(await sampleImage(format, 800, 400))
    assert.match(name, new RegExp(`^[A-Za-z0-9]{20}\\.${extension}$`))
    assert.equal(answer.status, 201)
    const { bytes, mediaType } = await icons.get(name)
    assert.equal(mediaType, `image/${format}`)
    const found = measure(bytes)
    assert.ok(found.ok)
    assert.deepEqual([found.width, found.height], [256, 128])
  })
}

test('what is an icon already goes up byte for byte', async () => {
  const icons = client()
  const bytes = await sampleImage('png', 64, 64)
  const { name } = await icons.put(bytes)
  assert.deepEqual(Buffer.from((await icons.get(name)).bytes), Buffer.from(bytes))
})

test('metadata stays at home, unless the original is wanted', async () => {
  const icons = client()
  const photo = await twoColours(64, 64)
    .withExif({ IFD0: { Copyright: 'Alice' } })
    .jpeg()
    .toBuffer()
  const stripped = await icons.put(photo)
  const kept = await icons.put(photo, { original: true })
  const metadata = async (name: string) => {
    const found = measure((await icons.get(name)).bytes)
    return found.ok && found.metadata
  }
  assert.equal(await metadata(stripped.name), false)
  assert.equal(await metadata(kept.name), true)
})

test('an icon is listed by its name, URL and tag, and gone after its deletion', async () => {
  const icons = client()
  const { name, answer } = await icons.put(await sampleImage('png', 8, 8), { name: 'index' })
  assert.equal(name, 'index')
  const listed = (await icons.list()).find((one) => one.name === 'index')
  assert.deepEqual(listed, { name: 'index', url: answer.url, etag: answer.etag })
  await icons.delete('index')
  assert.ok(!(await icons.list()).some((one) => one.name === 'index'))
})

test('a server that lists icons in the OMA folder is understood', async () => {
  const icons = client()
  server.answerNext({
    status: 200,
    body: `<xcap-directory xmlns="urn:oma:xml:xdm:xcap-directory"><folder auid="org.openmobilealliance.pres-content">
      <entry uri="http://x/org.openmobilealliance.pres-content/users/sip%3Aalice%40localhost/oma_status-icon/rcs%20icon" etag="e"/>
      <entry uri="http://x/org.openmobilealliance.pres-content/users/sip:alice@localhost/other" etag="f"/></folder></xcap-directory>`,
  })
  assert.deepEqual(
    (await icons.list()).map(({ name }) => name),
    ['rcs icon'],
  )
})

test('a server that answers with the raw image is understood', async () => {
  const icons = client()
  server.answerNext({ status: 200, headers: { 'content-type': 'image/gif' }, body: 'GIF' })
  const { mediaType, bytes } = await icons.get('x.gif')
  assert.deepEqual([mediaType, Buffer.from(bytes).toString()], ['image/gif', 'GIF'])
})

test('what is no image, not whole, or too large as an original is not sent', async () => {
  const icons = client()
  const before = server.seen.length
  const png = await sampleImage('png', 60, 60)
  const noise = await twoColours(1000, 1000).png({ compressionLevel: 0 }).toBuffer()
  await assert.rejects(icons.put(Buffer.from('<svg/>')), /no PNG, JPEG or GIF/)
  await assert.rejects(icons.put(png.subarray(0, 100)), /not complete/)
  await assert.rejects(icons.put(noise, { original: true }), /too large/)
  assert.equal(server.seen.length, before)
})

test('names are twenty letters and digits that do not repeat', () => {
  const names = Array.from({ length: 2000 }, () => newIconName('image/png'))
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.every((name) => /^[A-Za-z0-9]{20}\.png$/.test(name)))
  assert.equal(new Set(names.join('').replaceAll('.png', '')).size, 62)
})
