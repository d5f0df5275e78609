/** Elements, attributes and namespace bindings over HTTP. RFC 4825 §7.4–7.10, §8, §10. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  ATTRIBUTE,
  ELEMENT,
  NAMESPACES,
  startNodeWorld,
  TEST_APP,
  type NodeWorld,
} from './support/node-world.ts'

const SOURCE = `<?xml version="1.0"?>
<!-- kept -->
<root xmlns="test-app"  xmlns:o='urn:other'>
  <item id="1">one &amp; only</item>
  <item id='2' o:mark="a&quot;b"><!-- inside --><sub/></item>
  <o:thing/>
</root>
`

let world: NodeWorld
/** ETag of the document as it stands, as sent. */
let etag: string

before(async () => {
  world = await startNodeWorld()
})

after(() => world.service.end())

beforeEach(async () => {
  const put = await world.put('', SOURCE)
  etag = put.headers.etag ?? assert.fail()
})

const READS: [node: string, type: string, content: string][] = [
  ['root/item%5b1%5d', ELEMENT, '<item id="1">one &amp; only</item>'],
  ['root/item[@id="2"]', ELEMENT, `<item id='2' o:mark="a&quot;b"><!-- inside --><sub/></item>`],
  ['root/*[3]', ELEMENT, '<o:thing/>'],
  ['root/p:thing?xmlns(p=urn:other)', ELEMENT, '<o:thing/>'],
  ['root/item[1]/@id', ATTRIBUTE, '1'],
  ['root/item[2]/@q:mark?xmlns(q=urn:other)', ATTRIBUTE, 'a&quot;b'],
]

test('RFC 4825 §7.6, §7.9: a GET gives the element as it stands, the attribute without quotes', async () => {
  for (const [node, type, content] of READS) {
    const got = await world.call('GET', node)
    assert.equal(got.status, 200, node)
    assert.equal(got.text, content)
    assert.equal(got.headers['content-type'], type)
    assert.equal(got.headers.etag, etag, 'every node has the tag of its document (§8.5)')
    assert.equal(got.headers['cache-control'], 'no-cache')
    const head = await world.call('HEAD', node)
    assert.equal(head.status, 200)
    assert.equal(head.body.length, 0)
    assert.equal(head.headers['content-length'], String(Buffer.byteLength(content)))
  }
})

test('RFC 4825 §7.10, §10: namespace::* gives the bindings in scope', async () => {
  const got = await world.call('GET', 'root/item[2]/namespace::*')
  assert.equal(got.status, 200)
  assert.equal(got.headers['content-type'], NAMESPACES)
  assert.equal(got.headers.etag, etag)
  assert.match(got.text, /^<item(?= )(?=.* xmlns="test-app")(?=.* xmlns:o="urn:other")[^>]*\/>$/)
})

test('RFC 4825 §8.3: no match and no unique match are 404', async () => {
  for (const node of [
    'root/item',
    'root/item[3]',
    'root/item[1][@id="2"]',
    'root/thing',
    'other',
    'root/item[1]/@absent',
    'root/item[9]/namespace::*',
    'root/item/@id',
  ]) {
    assert.equal((await world.call('GET', node)).status, 404, node)
    if (!node.includes('namespace')) {
      assert.equal((await world.call('DELETE', node)).status, 404, node)
    }
  }
  const absent = '/xcap-root/test-app/users/sip:alice@example.com/absent'
  for (const method of ['GET', 'HEAD', 'DELETE']) {
    assert.equal((await world.call(method, 'root', { document: absent })).status, 404, method)
  }
})

test('RFC 4825 §8: what is wrong with a selector is said before the document is looked up', async () => {
  const absent = '/xcap-root/test-app/users/sip:alice@example.com/absent'
  const cases: [node: string, status: number][] = [
    ['root/p:item', 400],
    ['root/p:item?xmlns(q=urn:other)', 400],
    ['root/item/@p:mark', 400],
    ['root/item[@p:mark="x"]', 400],
    ['root/item[', 400],
    ['root//item', 400],
    ['', 400],
    ['root/item[@id=2]', 400],
    ['root/[1]', 400],
    ['root/@id/item', 400],
    ['root/text()', 404],
    ['root/extension(x)', 404],
    ['root/attribute::id', 404],
  ]
  for (const [node, status] of cases) {
    for (const document of [undefined, absent]) {
      const at = document === undefined ? {} : { document }
      const target = node === '' ? { document: `${document ?? absent}/~~/` } : at
      assert.equal((await world.call('GET', node, target)).status, status, `GET ${node}`)
      const put = await world.call('PUT', node, { ...target, body: '<item/>' })
      assert.equal(put.status, status, `PUT ${node}`)
    }
  }
})

test('RFC 4825 §8.2.7: a created node is 201, a replaced one 200, both with the new tag and no content', async () => {
  const created = await world.put('root/item[@id="3"]', '<item id="3"/>')
  assert.equal(created.status, 201)
  assert.equal(created.body.length, 0)
  assert.notEqual(created.headers.etag, etag)
  const got = await world.call('GET', 'root/item[@id="3"]')
  assert.equal(got.text, '<item id="3"/>')
  assert.equal(got.headers.etag, created.headers.etag)
  const replaced = await world.put('root/item[@id="3"]', '<item id="3">three</item>')
  assert.equal(replaced.status, 200)
  assert.equal(replaced.body.length, 0)
  assert.equal(replaced.headers['content-length'], '0')
  const document = await world.call('GET', '')
  assert.equal(document.headers.etag, replaced.headers.etag)
  assert.equal(document.headers['content-type'], TEST_APP)
  assert.equal(
    document.text,
    SOURCE.replace('</item>\n  <o:', '</item><item id="3">three</item>\n  <o:'),
    'everything else stays byte for byte',
  )
})

test('RFC 4825 §7.7: attributes are created and replaced, with quotes around the body or without', async () => {
  assert.equal((await world.put('root/item[1]/@new', '"fresh"')).status, 201)
  assert.equal((await world.call('GET', 'root/item[1]/@new')).text, 'fresh')
  assert.equal((await world.put('root/item[1]/@new', 'bare')).status, 200)
  assert.equal((await world.call('GET', 'root/item[1]/@new')).text, 'bare')
  const other = await world.put('root/item[1]/@q:mark?xmlns(q=urn:other)', 'x')
  assert.equal(other.status, 201)
  assert.match(await world.text(), /<item id="1" new="bare" o:mark="x">/)
})

test('RFC 4825 §8.4: DELETE of a node is 200 with the tag of what is left', async () => {
  const element = await world.call('DELETE', 'root/item[@id="2"]')
  assert.equal(element.status, 200)
  assert.equal(element.body.length, 0)
  assert.equal(element.headers.etag, (await world.call('GET', '')).headers.etag)
  assert.notEqual(element.headers.etag, etag)
  assert.equal((await world.call('GET', 'root/item[@id="2"]')).status, 404)
  const attribute = await world.call('DELETE', 'root/item/@id')
  assert.equal(attribute.status, 200)
  assert.equal(
    await world.text(),
    SOURCE.replace(/<item id='2'.*<\/item>/, '').replace('<item id="1">', '<item>'),
  )
  assert.equal((await world.call('DELETE', 'root/item/@id')).status, 404)
})

test('RFC 4825 §8.2.2: a fragment may use prefixes that only the document binds', async () => {
  assert.equal((await world.put('root/item[@id="4"]', '<item id="4"><o:x/></item>')).status, 201)
  assert.equal((await world.call('GET', 'root/item[@id="4"]')).text, '<item id="4"><o:x/></item>')
})

test('a document that begins with a byte order mark keeps it', async () => {
  const marked = `\ufeff<root xmlns="test-app"><item/></root>`
  await world.put('', marked)
  assert.equal((await world.put('root/item/@id', '1')).status, 201)
  const stored = await world.call('GET', '')
  assert.equal(stored.body.toString(), marked.replace('<item/>', '<item id="1"/>'))
  assert.deepEqual([...stored.body.subarray(0, 3)], [0xef, 0xbb, 0xbf])
})

test('characters beyond ASCII are one character in places and lengths', async () => {
  const body = '<item id="ä">😀 ü</item>'
  assert.equal((await world.put('root/item[@id="%C3%A4"]', body)).status, 201)
  const got = await world.call('GET', 'root/item[@id="%C3%A4"]')
  assert.equal(got.text, body)
  assert.equal(got.headers['content-length'], String(Buffer.byteLength(body)))
})

test('RFC 4825 §6.3: computed documents have nodes too', async () => {
  const caps = '/xcap-root/xcap-caps/global/index'
  const auids = await world.service.call('GET', `${caps}/~~/xcap-caps/auids`)
  assert.equal(auids.status, 200)
  assert.equal(auids.headers['content-type'], ELEMENT)
  assert.match(auids.text, /^<auids>.*<auid>test-app<\/auid>.*<\/auids>$/s)
  assert.equal(auids.headers.etag, (await world.service.call('GET', caps)).headers.etag)
  const again = await world.service.call('GET', `${caps}/~~/xcap-caps/auids`, {
    headers: { 'If-None-Match': auids.headers.etag ?? '' },
  })
  assert.equal(again.status, 304)
  const document =
    '/xcap-root/org.openmobilealliance.xcap-directory/users/sip:alice@example.com/directory.xml'
  const folder = await world.call('GET', 'xcap-directory/folder[@auid="test-app"]', { document })
  assert.equal(folder.status, 200)
  assert.match(folder.text, /^<folder auid="test-app"><entry [^>]*\/><\/folder>$/)
  const tag = await world.call('GET', 'xcap-directory/folder[@auid="test-app"]/entry/@etag', {
    document,
  })
  assert.equal(`"${tag.text}"`, etag)
})
