/** Content that must not be stored: each is refused with the conflict that names it, and nothing is left behind. RFC 4825 §8.2.2, §8.2.5, §11. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseXcapError } from '../../core/documents/xcap-error.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { read } from './support/read-document.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const XML = 'application/vnd.oma.pres-content+xml'
const SEED = '/xcap-root/oma_status-icon/users/sip:alice@example.com'
const OMA = '/xcap-root/org.openmobilealliance.pres-content/users/sip:alice@example.com'
const NAMESPACE = 'urn:oma:xml:prs:pres-content'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

let service: XcapService
let images: Record<'png' | 'jpeg' | 'gif' | 'webp', Buffer>

before(async () => {
  service = await startXcapService()
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#3366cc' } })
  images = {
    png: await image.png().toBuffer(),
    jpeg: await image.jpeg().toBuffer(),
    gif: await image.gif().toBuffer(),
    webp: await image.webp().toBuffer(),
  }
})

after(() => service.end())

const parts = (type: string, encoding: string, data: string) =>
  `<mime-type>${type}</mime-type><encoding>${encoding}</encoding><data>${data}</data>`
const content = (inside: string, namespace = NAMESPACE) =>
  `${DECLARATION}<content xmlns="${namespace}">${inside}</content>`
const icon = (data: Uint8Array | string, type = 'image/png', encoding = 'base64') =>
  content(
    parts(type, encoding, typeof data === 'string' ? data : Buffer.from(data).toString('base64')),
  )

/** A PNG that says it is that large, and is otherwise whole. */
function bomb(width: number, height: number): Buffer {
  const bytes = Buffer.from(images.png)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}

const BAD_XML: Record<string, Record<string, () => string | Buffer>> = {
  'not-well-formed': {
    'nothing at all': () => '',
    'white space only': () => ' \n',
    'no XML': () => 'icon',
    'an image instead of XML': () => Buffer.from('GIF89a'),
    JSON: () => '{"data":""}',
    'a tag that is not closed': () => `<content xmlns="${NAMESPACE}"><data>`,
    'crossed tags': () => content('<data><encoding></data></encoding>'),
    'two roots': () => `${content('<data>x</data>')}<content/>`,
    'text behind the root': () => `${content('<data>x</data>')}more`,
    'an attribute twice': () => content('<data a="1" a="2">x</data>'),
    'an attribute without quotes': () => content('<data a=1>x</data>'),
    'a bare ampersand': () => content('<data>a & b</data>'),
    'an unknown entity': () => content('<data>&nbsp;</data>'),
    'a smaller-than in an attribute': () => content('<data a="<">x</data>'),
    'an undeclared prefix': () => content('<p:data>x</p:data>'),
    'a control character': () => content('<data>\u0001</data>'),
    'a reference to a character that is none': () => content('<data>&#0;</data>'),
    'a document type': () => `<!DOCTYPE content><content xmlns="${NAMESPACE}"/>`,
    'an entity bomb': () =>
      `<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>${content('<data>&b;</data>')}`,
    'an external entity': () =>
      `<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/passwd">]><content xmlns="${NAMESPACE}"><data>&a;</data></content>`,
    'a comment that is not closed': () => `${content('<data>x</data>')}<!-- `,
  },
  'not-utf-8': {
    'bytes that are no UTF-8': () =>
      Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe, 0x3c, 0x2f, 0x61, 0x3e]),
    'Latin-1, and it says so': () =>
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><content>\xe4</content>', 'latin1'),
    'another encoding declared': () => `<?xml version="1.0" encoding="US-ASCII"?><content/>`,
    'UTF-16': () => Buffer.from('\ufeff<content/>', 'utf16le'),
  },
  'schema-validation-error': {
    'another root': () => `<icon xmlns="${NAMESPACE}"><data>x</data></icon>`,
    'no namespace': () => '<content><data>x</data></content>',
    'another namespace': () => content('<data>x</data>', 'urn:other'),
    'no data': () => content('<mime-type>image/png</mime-type><encoding>base64</encoding>'),
    'data twice': () => content('<data>x</data><data>y</data>'),
    'an unknown element': () => content(`<picture/>${parts('image/png', 'base64', 'eA==')}`),
    'an element in the data': () => content('<data><b>x</b></data>'),
    'text between the elements': () => content('hello<data>x</data>'),
  },
  'constraint-failure': {
    'depth without end': () => content('<a>'.repeat(5000) + '</a>'.repeat(5000)),
    'no media type': () => content('<encoding>base64</encoding><data>eA==</data>'),
    'no encoding': () => content('<mime-type>image/png</mime-type><data>eA==</data>'),
    'an empty media type': () => icon(images.png, ''),
    SVG: () => icon(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'),
    HTML: () => icon(Buffer.from('<html><script>1</script>'), 'text/html'),
    'HTML that says it is PNG': () => icon(Buffer.from('<html><script>1</script>'), 'image/png'),
    WebP: () => icon(images.webp, 'image/webp'),
    'WebP that says it is PNG': () => icon(images.webp),
    'another encoding': () => icon(images.png, 'image/png', 'hex'),
    'no base64': () => icon('*** not base64 ***'),
    'base64 cut short': () => icon(images.png.toString('base64').slice(0, -1)),
    'base64 with padding inside': () => icon('eA==eA=='),
    'the URL alphabet': () => icon('-_-_'),
    'empty data': () => icon(''),
    'PNG that says it is JPEG': () => icon(images.png, 'image/jpeg'),
    'JPEG that says it is PNG': () => icon(images.jpeg),
    'GIF that says it is PNG': () => icon(images.gif),
    'half a PNG': () => icon(images.png.subarray(0, 40)),
    'half a JPEG': () => icon(images.jpeg.subarray(0, 60), 'image/jpeg'),
    'a signature and no more': () => icon(images.png.subarray(0, 8)),
    'too many pixels': () => icon(bomb(4097, 4096)),
    'an image bomb': () => icon(bomb(60_000, 60_000)),
    'no pixels': () => icon(bomb(0, 8)),
    'more base64 than is allowed': () => icon('A'.repeat(300 * 1024 + 4)),
  },
}

const send = (target: string, type: string, body: string | Uint8Array) =>
  service.call('PUT', target, { as: 'alice', body, headers: { 'Content-Type': type } })

async function nothingStored(): Promise<void> {
  assert.deepEqual(await service.store.documents.list(parseAor('alice@example.com')!), [])
}

for (const [conflict, cases] of Object.entries(BAD_XML)) {
  test(`RFC 4825 §11: ${conflict}`, async () => {
    for (const [name, make] of Object.entries(cases)) {
      const got = await send(`${OMA}/oma_status-icon/bad`, XML, make())
      assert.equal(got.status, 409, `${name}: ${got.text}`)
      assert.equal(got.headers['content-type'], 'application/xcap-error+xml')
      const report = read(got.body, parseXcapError)
      assert.equal(report.name, conflict, `${name}: ${got.text}`)
      assert.ok(report.phrase, `${name}: a person is told what is wrong`)
    }
    await nothingStored()
  })
}

test('a raw image must be what it says it is', async () => {
  const bad: [type: string, body: Uint8Array][] = [
    ['image/png', images.jpeg],
    ['image/jpeg', images.png],
    ['image/gif', images.webp],
    ['image/png', Buffer.from('<svg/>')],
    ['image/png', Buffer.alloc(0)],
    ['image/png', bomb(50_000, 50_000)],
    ['image/png', Buffer.concat([images.png, Buffer.alloc(240 * 1024)])],
  ]
  for (const [type, body] of bad) {
    const got = await send(`${SEED}/bad.png`, type, body)
    assert.equal(got.status, 409, type)
    assert.match(got.text, /<constraint-failure phrase="[^"]{10,}"\/>/)
  }
  await nothingStored()
})

test('RFC 4825 §8.2.2: another media type is 415, and the answer says which are taken', async () => {
  const cases: [target: string, type: string][] = [
    [`${SEED}/bad`, 'image/webp'],
    [`${SEED}/bad`, 'image/svg+xml'],
    [`${SEED}/bad`, 'text/html'],
    [`${SEED}/bad`, 'application/xml'],
    [`${SEED}/bad`, ''],
    [`${OMA}/oma_status-icon/bad`, 'image/png'],
    [`${OMA}/oma_status-icon/bad`, 'application/resource-lists+xml'],
  ]
  for (const [target, type] of cases) {
    const got = await send(target, type, images.png)
    assert.equal(got.status, 415, `${target} ${type}`)
    assert.match(got.headers.accept ?? '', /application\/vnd\.oma\.pres-content\+xml/)
  }
  await nothingStored()
})

test('RFC 4825 §8.2.1: a folder that does not exist is 409 no-parent', async () => {
  for (const target of [
    `${OMA}/photo.png`,
    `${OMA}/other-folder/photo.png`,
    `${OMA}/oma_status-icon/deeper/photo.png`,
    `${SEED}/deeper/photo.png`,
  ]) {
    const got = await send(target, XML, icon(images.png))
    assert.equal(got.status, 409, target)
    assert.match(
      got.text,
      /<no-parent phrase="[^"]+"><ancestor>http:[^<]+<\/ancestor><\/no-parent>/,
    )
    assert.equal((await service.call('GET', target)).status, 404)
    assert.equal((await service.call('DELETE', target, { as: 'alice' })).status, 404)
  }
  await nothingStored()
})

test('what a softphone really sends is stored', async () => {
  const good: [name: string, type: string, body: string | Uint8Array][] = [
    ['parameters', `${XML}; charset=utf-8`, icon(images.png)],
    ['capitals', XML.toUpperCase(), icon(images.png, 'IMAGE/PNG', 'BASE64')],
    ['line-breaks', XML, icon(images.png.toString('base64').replace(/.{20}/g, '$&\r\n'))],
    ['jpeg', XML, icon(images.jpeg, 'image/jpeg')],
    ['gif', XML, icon(images.gif, 'image/gif')],
    ['byte-order-mark', XML, `\ufeff${icon(images.png)}`],
    [
      'extension',
      XML,
      content(
        `${parts('image/png', 'base64', images.png.toString('base64'))}<x xmlns="urn:x">y</x>`,
      ),
    ],
    ['largest', XML, icon(Buffer.concat([images.png, Buffer.alloc(220 * 1024)]))],
  ]
  for (const [name, type, body] of good) {
    const got = await send(`${SEED}/${name}`, type, body)
    assert.equal(got.status, 201, `${name}: ${got.text}`)
    const read = await service.call('GET', `${SEED}/${name}`, { headers: { Accept: XML } })
    assert.deepEqual(read.body, Buffer.from(body))
  }
})
