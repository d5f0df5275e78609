/** Node requests that cannot be done: every conflict of RFC 4825 §11 that they meet, and nothing stored. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { parseXcapError, type XcapError } from '../../core/documents/xcap-error.ts'
import { read } from './support/read-document.ts'
import {
  ATTRIBUTE,
  DOCUMENT,
  ELEMENT,
  startNodeWorld,
  type NodeWorld,
} from './support/node-world.ts'

const SOURCE = `<root xmlns="test-app"><item id="1"/><item id="2"/><other/></root>`

let world: NodeWorld
let root: string

before(async () => {
  world = await startNodeWorld()
  root = `http://127.0.0.1:${world.service.port}`
})

after(() => world.service.end())

beforeEach(async () => {
  assert.ok((await world.put('', SOURCE)).status < 300)
})

async function refused(
  call: Promise<Awaited<ReturnType<NodeWorld['call']>>>,
  where: string,
): Promise<XcapError> {
  const got = await call
  assert.equal(got.status, 409, where)
  assert.equal(got.headers['content-type'], 'application/xcap-error+xml')
  const error = read(got.body, parseXcapError)
  assert.ok(error.phrase, `${where}: a person must be told`)
  assert.equal(await world.text(), SOURCE, `${where}: nothing may be stored`)
  return error
}

test('RFC 4825 §11: bodies that are no element are not-xml-frag', async () => {
  for (const body of [
    '',
    'text',
    '<item id="3">',
    '<item id="3"/><item id="4"/>',
    '<item id="3"/>text',
    '<item id="3"><sub></item>',
    '<item id="3" id="4"/>',
    '<unbound:item/>',
    '<item id="3">&undefined;</item>',
    '<?xml version="1.0"?><item id="3"/>',
    '<!DOCTYPE item><item id="3"/>',
    '<item id="3">\u0001</item>',
  ]) {
    const error = await refused(world.put('root/item[@id="3"]', body), body)
    assert.equal(error.name, 'not-xml-frag', body)
  }
})

test('RFC 4825 §11: bodies that are no attribute value are not-xml-att-value', async () => {
  for (const body of ['<', '"a<b"', '&', '&undefined;', 'a & b', '\u0001']) {
    const error = await refused(world.put('root/item[1]/@new', body), body)
    assert.equal(error.name, 'not-xml-att-value', body)
  }
})

test('RFC 4825 §11: bytes that are not UTF-8 are not-utf-8', async () => {
  const latin1 = Buffer.from('<item id="3">\u00e4</item>', 'latin1')
  assert.equal(
    (await refused(world.put('root/item[@id="3"]', latin1), 'element')).name,
    'not-utf-8',
  )
  assert.equal((await refused(world.put('root/item[1]/@x', latin1), 'attribute')).name, 'not-utf-8')
})

test('RFC 4825 §8.2.3, §8.2.4: what a GET would not give back is cannot-insert', async () => {
  const cases: [node: string, body: string][] = [
    ['root/item[@id="3"]', '<item id="4"/>'],
    ['root/item[@id="1"]', '<item id="4"/>'],
    ['root/item[@id="3"]', '<other id="3"/>'],
    ['root/item[9]', '<item/>'],
    ['root/item[2]', '<other/>'],
    ['root/item', '<item/>'],
    ['root/item[@id="1"]/@id', '3'],
    ['another', '<another/>'],
  ]
  for (const [node, body] of cases) {
    const error = await refused(world.put(node, body), `${node} ${body}`)
    assert.equal(error.name, 'cannot-insert', `${node} ${body}`)
  }
})

test('RFC 4825 §8.4: a selector that would name something else afterwards is cannot-delete', async () => {
  for (const node of ['root/item[1]', 'root/*[1]', 'root/*[2]']) {
    const error = await refused(world.call('DELETE', node), node)
    assert.equal(error.name, 'cannot-delete', node)
  }
})

test('RFC 4825 §11.1: no-parent names the closest ancestor that exists, as a URI that works', async () => {
  const cases: [node: string, ancestor: string][] = [
    ['root/absent/item', '/~~/root'],
    ['root/absent/deeper/item', '/~~/root'],
    ['root/item/sub', '/~~/root'],
    ['root/item[@id="2"]/sub/deeper', '/~~/root/item%5B@id=%222%22%5D'],
    ['p:root/p:absent/p:item?xmlns(p=test-app)', '/~~/p:root?xmlns(p=test-app)'],
    ['absent/item', ''],
    ['root/absent/@id', '/~~/root'],
    ['root/absent/@p:id?xmlns(p=urn:x)', '/~~/root?xmlns(p=urn:x)'],
  ]
  for (const [node, ancestor] of cases) {
    const error = await refused(world.put(node, node.includes('/@') ? 'x' : '<item/>'), node)
    assert.equal(error.name, 'no-parent', node)
    const named = error.ancestor
    assert.equal(named, root + DOCUMENT + ancestor, node)
    const target = named.slice(root.length)
    assert.equal((await world.call('GET', '', { document: target })).status, 200, named)
  }
})

test('RFC 4825 §8.2.1: a node of a document that is not there has no parent', async () => {
  const home = `${root}/xcap-root/test-app/users/sip:alice@example.com`
  const absent = DOCUMENT.replace('index', 'absent')
  const deeper = DOCUMENT.replace('index', 'folder/index')
  for (const document of [absent, deeper]) {
    const headers = { 'Content-Type': ELEMENT }
    const put = world.call('PUT', 'root', { document, headers, body: '<root xmlns="test-app"/>' })
    const error = await refused(put, document)
    assert.equal(error.name, 'no-parent')
    assert.equal(error.ancestor, home)
    assert.equal((await world.call('GET', '', { document })).status, 404)
  }
})

test('RFC 4825 §8.2.2: another media type is 415, whatever the content is', async () => {
  for (const type of ['application/xml', 'text/xml', ATTRIBUTE, 'application/test-app+xml', '']) {
    const got = await world.put('root/item[@id="3"]', 'nonsense', { 'Content-Type': type })
    assert.equal(got.status, 415, type)
    assert.equal(got.headers.accept, ELEMENT)
  }
  const attribute = await world.put('root/item[1]/@id', '<', { 'Content-Type': ELEMENT })
  assert.equal(attribute.status, 415)
  assert.equal(attribute.headers.accept, ATTRIBUTE)
  const parameters = { 'Content-Type': `${ELEMENT.toUpperCase()}; charset=utf-8` }
  assert.equal((await world.put('root/item[@id="3"]', '<item id="3"/>', parameters)).status, 201)
})

test('RFC 4825 §8.2.5: what the usage refuses of the whole document is not stored', async () => {
  const icon = '/xcap-root/oma_status-icon/users/sip:alice@example.com/edited'
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
  const xml = `<content xmlns="urn:oma:xml:prs:pres-content"><mime-type>image/png</mime-type><encoding>base64</encoding><data>${png}</data></content>`
  const type = 'application/vnd.oma.pres-content+xml'
  const stored = await world.call('PUT', '', {
    document: icon,
    headers: { 'Content-Type': type },
    body: xml,
  })
  assert.equal(stored.status, 201)
  const put = (node: string, body: string) =>
    world.call('PUT', node, { document: icon, headers: { 'Content-Type': ELEMENT }, body })
  const read = await world.call('GET', 'content/mime-type', { document: icon })
  assert.equal(read.text, '<mime-type>image/png</mime-type>')
  assert.equal(read.headers.etag, stored.headers.etag, 'no suffix: it is the document’s tag')
  const broken = await put('content/data', '<data>not an image</data>')
  assert.equal(broken.status, 409)
  assert.match(broken.text, /<constraint-failure /)
  assert.equal((await world.call('DELETE', 'content/data', { document: icon })).status, 409)
  const described = await put('content/*[3][self]', '<description/>')
  assert.equal(described.status, 400)
  const image = await world.call('GET', '', { document: icon })
  assert.equal(image.headers['content-type'], 'image/png', 'the icon is what it was')
})

test('RFC 9110 §15.5.14: a fragment longer than any document is 413', async () => {
  const got = await world.put('root/item[@id="3"]', 'x'.repeat(300 * 1024))
  assert.equal(got.status, 413)
})

test('a document that would grow beyond what may be sent at once is constraint-failure', async () => {
  const big = `<item id="3">${'x'.repeat(200 * 1024)}</item>`
  assert.equal((await world.put('root/item[@id="3"]', big)).status, 201)
  const got = await world.put('root/item[@id="4"]', big.replace('3', '4'))
  assert.equal(got.status, 409)
  assert.match(got.text, /<constraint-failure /)
})
