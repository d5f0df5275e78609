import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRlsServices, serializeRlsServices } from '../../core/documents/rls-services.ts'
import { fixture, meaningOf, tree, valueOf } from './fixtures.ts'

const LIST =
  'http://xcap.example.com/resource-lists/users/sip:joe@example.com/index/~~/resource-lists/list%5b@name=%22l1%22%5d'

test('RFC 4826 §4.3: a service refers to a list or carries its own, and names its packages', () => {
  const [friends, marketing] = valueOf(
    parseRlsServices(tree(fixture('rls-services/rfc4826-4.3.xml'))),
  )
  assert.equal(friends!.uri, 'sip:mybuddies@example.com')
  // The RFC folds the URI over three lines.
  assert.deepEqual(friends!.members, { kind: 'reference', uri: LIST })
  assert.deepEqual(friends!.packages, { names: ['presence'], extensions: [] })
  assert.ok(marketing!.members.kind === 'list')
  assert.equal(marketing!.members.element.children.length, 2)
})

for (const name of ['rfc4826-4.4.8-joe-corrected', 'rfc4826-4.4.8-bob-corrected']) {
  test(`RFC 4826 §4.4.8: ${name} means the same when it is written again`, () => {
    const root = tree(fixture(`rls-services/${name}.xml`))
    const again = tree(serializeRlsServices(valueOf(parseRlsServices(root))))
    assert.deepEqual(meaningOf(again), meaningOf(root))
  })
}

test('RFC 4826 §4.1: what others add to services and packages survives', () => {
  const text =
    '<rls-services xmlns="urn:ietf:params:xml:ns:rls-services">' +
    '<service uri="sip:a@example.com" x:kept="1" xmlns:x="urn:x"><list/>' +
    '<packages><package>presence</package><x:also/></packages><x:more>text</x:more></service>' +
    '<service uri="sip:b@example.com"><list/></service></rls-services>'
  const root = tree(text)
  const services = valueOf(parseRlsServices(root))
  assert.equal(services[1]!.packages, undefined)
  assert.deepEqual(meaningOf(tree(serializeRlsServices(services))), meaningOf(root))
})

const services = (inside: string) =>
  `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services">${inside}</rls-services>`
const broken: [text: string, detail: string][] = [
  ['<rls-services/>', 'the root is not rls-services'],
  [services('<list/>'), 'rls-services holds something but service'],
  [services('<service><list/></service>'), 'a service has no uri'],
  [
    services('<service uri="sip:a@example.com"/>'),
    'service sip:a@example.com has neither resource-list nor list',
  ],
]
for (const [text, detail] of broken) {
  test(`RFC 4826 §4.2: refused because ${detail}`, () => {
    assert.deepEqual(parseRlsServices(tree(text)), { error: 'schema-validation-error', detail })
  })
}

test('Blink escapes whole URIs: they are read as they are meant', () => {
  const text = services(
    '<service uri="sip%3Aa%2Bpresence%40example.com"><resource-list>' +
      'http%3A//a.example/resource-lists/users/sip%3Aa%40example.com/index/~~/resource-lists/list%5B1%5D' +
      '</resource-list></service>',
  )
  const [service] = valueOf(parseRlsServices(tree(text)))
  assert.equal(service!.uri, 'sip:a+presence@example.com')
  const uri =
    'http://a.example/resource-lists/users/sip:a@example.com/index/~~/resource-lists/list[1]'
  assert.deepEqual(service!.members, { kind: 'reference', uri })
})
