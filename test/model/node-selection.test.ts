import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get } from './node-world.ts'

const NAMESPACED = `<?xml version="1.0"?>
<foo xmlns="urn:test:default-namespace">
  <ns1:bar xmlns:ns1="urn:test:namespace1-uri"
           xmlns="urn:test:namespace1-uri">
    <baz/>
    <ns2:baz xmlns:ns2="urn:test:namespace2-uri"/>
  </ns1:bar>
  <ns3:hi xmlns:ns3="urn:test:namespace3-uri">
    <there/>
  </ns3:hi>
</foo>`
const first = 'xmlns(a=urn:test:namespace1-uri)xmlns(b=urn:test:namespace1-uri)'
const second = 'xmlns(a=urn:test:namespace1-uri)xmlns(b=urn:test:namespace2-uri)'
const defaultNamespace = 'urn:test:default-namespace'

test('RFC 4825 §6.4: names are compared expanded, whatever prefixes the document uses', () => {
  const baz2 = '<ns2:baz xmlns:ns2="urn:test:namespace2-uri"/>'
  assert.equal(get(NAMESPACED, 'foo/a:bar/b:baz', { defaultNamespace, query: first }), '<baz/>')
  assert.equal(get(NAMESPACED, 'foo/a:bar/b:baz', { defaultNamespace, query: second }), baz2)
  const query = `${second}xmlns(d=${defaultNamespace})`
  assert.equal(get(NAMESPACED, 'd:foo/a:bar/b:baz', { query }), baz2)
  assert.equal(get(NAMESPACED, 'foo', { query }), undefined)
})

test('RFC 4825 §10: the namespace bindings in scope, on an element of the same name', () => {
  const query = `xmlns(df=${defaultNamespace})xmlns(df2=urn:test:namespace1-uri)`
  assert.equal(
    get(NAMESPACED, 'df:foo/df2:bar/df2:baz/namespace::*', { query }),
    '<baz xmlns="urn:test:namespace1-uri" xmlns:ns1="urn:test:namespace1-uri"/>',
  )
  const undone = '<p:a xmlns:p="u&amp;" xmlns="d"><p:b xmlns="" xmlns:p="v"/></p:a>'
  assert.equal(get(undone, '*/namespace::*'), '<p:a xmlns:p="u&amp;" xmlns="d"/>')
  assert.equal(get(undone, '*/*/namespace::*'), '<p:b xmlns:p="v"/>')
})

const LIST = `<list n="&lt;x&#10;'">
 <e id="1"/><f id="2">text<!-- c --></f> <e id="2"
 /><e id="3"/>
</list>`
const SELECTED: [path: string, content: string | undefined][] = [
  ['list/e[1]', '<e id="1"/>'],
  ['list/e[2]', '<e id="2"\n />'],
  ['list/*[2]', '<f id="2">text<!-- c --></f>'],
  ['list/f', '<f id="2">text<!-- c --></f>'],
  ['list/e[@id="2"]', '<e id="2"\n />'],
  ['list/e[2][@id="2"]', '<e id="2"\n />'],
  ['list/e[1][@id="2"]', undefined],
  ['list/e', undefined],
  ['list/*[@id="2"]', undefined],
  ['list/*[@id="3"]', '<e id="3"/>'],
  ['list/e[0]', undefined],
  ['list/e[4]', undefined],
  ['list/e[99999999999999999999]', undefined],
  ['list/e[@xmlns=""]', undefined],
  ['list/e/@id', undefined],
  ['list/e[3]/@id', '3'],
  ['list/@n', "&lt;x&#10;'"],
  ['list/@xmlns', undefined],
  ['other', undefined],
]
for (const [path, content] of SELECTED) {
  test(`RFC 4825 §6.3: ${path} selects ${content ?? 'nothing'}`, () => {
    assert.equal(get(LIST, path), content)
  })
}
