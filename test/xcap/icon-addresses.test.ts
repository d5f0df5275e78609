/** The addresses of an icon outside the XCAP root: announced, by person, and the form that takes one. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseAor } from '../../core/uri/aor.ts'
import { startXcapService, type ServiceChanges, type XcapService } from './support/xcap-service.ts'

const ALICE = '/xcap-root/oma_status-icon/users/sip:alice@example.com'
const AOR = parseAor('alice@example.com')!

let service: XcapService
let blue: Buffer
let red: Buffer

const picture = (background: string, side = 300) =>
  sharp({ create: { width: side, height: side, channels: 3, background } })

before(async () => {
  service = await startXcapService()
  blue = await picture('#3366cc')
    .jpeg()
    .withExif({ IFD0: { Copyright: 'secret place' } })
    .toBuffer()
  red = await picture('#cc3333').png().toBuffer()
})

after(() => service.end())

async function put(name: string, body: Buffer, type: string, to = service): Promise<string> {
  const sent = await to.call('PUT', `${ALICE}/${name}`, {
    as: 'alice',
    body,
    headers: { 'Content-Type': type },
  })
  assert.ok(sent.status === 200 || sent.status === 201, sent.text)
  const icon = await to.store.documents.currentIcon(AOR)
  return `/i/${icon!.token}.${type === 'image/png' ? 'png' : 'jpg'}`
}

test('the announced URL gives the image and nothing else, safe behind any cache', async () => {
  const url = await put('announced', blue, 'image/jpeg')
  const got = await service.call('GET', url, {
    headers: { Accept: 'application/vnd.oma.pres-content+xml' },
  })
  assert.equal(got.status, 200)
  assert.equal(got.headers['content-type'], 'image/jpeg')
  assert.equal(got.headers['cache-control'], 'public, max-age=86400, immutable')
  assert.equal(got.headers.vary, undefined)
  assert.deepEqual(got.body, blue)
  const again = await service.call('GET', url, {
    headers: { 'If-None-Match': got.headers.etag ?? '' },
  })
  assert.equal(again.status, 304)
  assert.equal(again.headers.etag, got.headers.etag)
  const head = await service.call('HEAD', url)
  assert.equal(head.headers['content-length'], String(blue.length))
})

test('a replaced or deleted icon is gone from its announced URL at once', async () => {
  const first = await put('current', blue, 'image/jpeg')
  assert.equal((await service.call('GET', first)).status, 200)
  const second = await put('current', red, 'image/png')
  assert.notEqual(second, first)
  assert.equal((await service.call('GET', first)).status, 404)
  assert.equal((await service.call('GET', second)).status, 200)
  await service.call('DELETE', `${ALICE}/current`, { as: 'alice' })
  assert.equal((await service.call('GET', second)).status, 404)
})

test('an announced URL that is not quite one is 404, and only read', async () => {
  const url = await put('exact', red, 'image/png')
  for (const other of [
    url.replace('.png', '.jpg'),
    url.replace('.png', ''),
    url.replace('.png', '.PNG'),
    `${url}/`,
    `${url}x`,
    '/i/',
    '/i',
    '/i/../i',
    '/i/AAAAAAAAAAAAAAAAAAAAAA.png',
  ]) {
    assert.equal((await service.call('GET', other)).status, 404, other)
  }
  const refused = await service.call('PUT', url, { body: red })
  assert.equal(refused.status, 405)
  assert.equal(refused.headers.allow, 'GET, HEAD, OPTIONS')
})

test('by address: the next size up, metadata stripped, never larger than the original', async () => {
  await put('sizes', blue, 'image/jpeg')
  const sizes: [asked: string, side: number][] = [
    ['', 96],
    ['?s=1', 32],
    ['?s=32', 32],
    ['?s=33', 48],
    ['?s=96', 96],
    ['?s=200', 256],
    ['?s=9999', 256],
  ]
  for (const [asked, side] of sizes) {
    const got = await service.call('GET', `/icons/alice@example.com${asked}`)
    assert.equal(got.status, 200, asked)
    assert.equal(got.headers['content-type'], 'image/jpeg')
    const { width, exif } = await sharp(got.body).metadata()
    assert.equal(width, side, asked)
    assert.equal(exif, undefined)
    const again = await service.call('GET', `/icons/alice@example.com${asked}`, {
      headers: { 'If-None-Match': got.headers.etag ?? '' },
    })
    assert.equal(again.status, 304)
  }
  for (const spelled of ['sip:alice@example.com', 'sip%3Aalice%40example.com', 'tel:+4930123']) {
    assert.equal((await service.call('GET', `/icons/${spelled}`)).status, 200, spelled)
  }
  for (const wrong of ['?s=0', '?s=-1', '?s=1e3', '?s=x', '?d=mystery', '?d=constructor']) {
    assert.equal((await service.call('GET', `/icons/alice@example.com${wrong}`)).status, 400, wrong)
  }
})

test('by address: who does not exist is answered as who has no icon', async () => {
  const plain = (text: string) => text.replace(/^Date.*$/im, '')
  for (const wish of ['', '?d=404', '?d=initials', '?d=blank&s=32']) {
    const [without, nobody, elsewhere] = await Promise.all(
      ['bob@example.com', 'bib@example.com', 'bob@elsewhere.example'].map((person) =>
        service.call('GET', `/icons/${person}${wish}`),
      ),
    )
    const expected = wish === '' || wish === '?d=404' ? 404 : 200
    assert.deepEqual(
      [without!.status, nobody!.status, elsewhere!.status],
      [expected, expected, expected],
    )
    assert.deepEqual(Object.keys(without!.headers), Object.keys(nobody!.headers))
    if (expected === 404) assert.equal(plain(without!.text), plain(nobody!.text))
    else assert.equal((await sharp(without!.body).metadata()).format, 'png')
  }
  const blank = await service.call('GET', '/icons/bob@example.com?d=blank&s=32')
  const { isOpaque } = await sharp(blank.body).stats()
  assert.equal(isOpaque, false)
  const initials = await service.call('GET', '/icons/bob@example.com?d=initials&s=256')
  const { width, height } = await sharp(initials.body).metadata()
  assert.deepEqual([width, height], [256, 256])
})

test('by address: off unless the operator wants it, or for accounts only', async () => {
  const off = await startXcapService({ icons: { byAddress: 'off' } })
  await put('x', red, 'image/png', off)
  assert.equal((await off.call('GET', '/icons/alice@example.com')).status, 404)
  assert.equal((await off.call('GET', '/icons/alice@example.com?d=initials')).status, 404)
  await off.end()
  const closed = await startXcapService({ icons: { byAddress: 'authenticated' } })
  await put('x', red, 'image/png', closed)
  assert.equal((await closed.call('GET', '/icons/alice@example.com')).status, 401)
  assert.equal((await closed.call('GET', '/icons/nobody@example.com')).status, 401)
  assert.equal((await closed.call('GET', '/icons/alice@example.com', { as: 'bob' })).status, 200)
  await closed.end()
})

const BOUNDARY = 'b0undary'

function form(
  ...files: [field: string, filename: string, type: string, content: Buffer][]
): Buffer {
  const parts = files.flatMap(([field, filename, type, content]) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`,
    ),
    content,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)])
}

const post = (body: Buffer, more: Record<string, string> = {}, as = 'alice', to = service) =>
  to.call('POST', '/icons/alice@example.com', {
    as,
    body,
    headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, ...more },
  })

test('RFC 7578: a form brings an icon, named at random by what it is', async () => {
  const got = await post(form(['icon', '../../etc/passwd.exe', 'text/html', red]))
  assert.equal(got.status, 201, got.text)
  const { url, etag } = JSON.parse(got.text) as { url: string; etag: string }
  assert.equal(got.headers.location, url)
  assert.equal(got.headers.etag, `"${etag}"`)
  assert.match(
    url,
    /^http:\/\/127\.0\.0\.1:\d+\/xcap-root\/oma_status-icon\/users\/sip:alice@example\.com\/[A-Za-z0-9]{20}\.png$/,
  )
  const read = await service.call('GET', new URL(url).pathname)
  assert.deepEqual(read.body, red)
})

test('a form from a page of another site, of somebody else, or with other content is refused', async () => {
  const good = form(['icon', 'a.png', 'image/png', red])
  const before = await service.store.documents.list(AOR)
  const cases: [
    name: string,
    body: Buffer,
    more: Record<string, string>,
    as: string,
    status: number,
  ][] = [
    ['foreign page', good, { Origin: 'https://evil.example' }, 'alice', 403],
    ['page without origin', good, { Origin: 'null' }, 'alice', 403],
    ['somebody else', good, {}, 'bob', 403],
    ['no image', form(['icon', 'a.png', 'image/png', Buffer.from('<html>')]), {}, 'alice', 409],
    ['no file', Buffer.from(`--${BOUNDARY}--\r\n`), {}, 'alice', 415],
    ['no form', red, { 'Content-Type': 'image/png' }, 'alice', 415],
    [
      'two files',
      form(['a', 'a', 'image/png', red], ['b', 'b', 'image/png', red]),
      {},
      'alice',
      400,
    ],
    ['cut short', good.subarray(0, -20), {}, 'alice', 400],
    ['no boundary', good, { 'Content-Type': 'multipart/form-data' }, 'alice', 400],
    ['too large', form(['a', 'a', 'image/png', Buffer.alloc(231 * 1024)]), {}, 'alice', 413],
    ['much too large', form(['a', 'a', 'image/png', Buffer.alloc(900 * 1024)]), {}, 'alice', 413],
  ]
  for (const [name, body, more, as, status] of cases) {
    const got = await post(body, more, as)
    assert.equal(got.status, status, `${name}: ${got.text}`)
  }
  assert.deepEqual(await service.store.documents.list(AOR), before)
  const own = { Origin: `http://127.0.0.1:${service.port}` }
  assert.equal((await post(good, own)).status, 201)
})

test('behind a trusted proxy the page of the public address is our own', async () => {
  const changes: ServiceChanges = { trustProxy: (address) => address === '127.0.0.1' }
  const behind = await startXcapService(changes)
  const good = form(['icon', 'a.png', 'image/png', red])
  const page = {
    Origin: 'https://icons.example',
    'X-Forwarded-Host': 'icons.example',
    'X-Forwarded-Proto': 'https',
  }
  assert.equal((await post(good, page, 'alice', behind)).status, 201)
  assert.equal((await post(good, page)).status, 403)
  await behind.end()
})
