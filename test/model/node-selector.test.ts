import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XML_NAMESPACE } from '../../core/documents/xml-element.ts'
import { parseNodeSelector, type ElementStep } from '../../core/model/node-selector.ts'

const parse = (path: string, query?: string) =>
  parseNodeSelector(path.split('/'), { query, defaultNamespace: 'urn:default' })

const a = { namespace: 'urn:default', name: 'a' }
const STEPS: [step: string, expected: ElementStep][] = [
  ['a', { name: a }],
  ['*', {}],
  ['a[2]', { name: a, position: 2 }],
  ['*[010]', { position: 10 }],
  ['a[@n="v"]', { name: a, attribute: { namespace: '', name: 'n', value: 'v' } }],
  ["*[@n='v\"']", { attribute: { namespace: '', name: 'n', value: 'v"' } }],
  ['a[2][@n="v"]', { name: a, position: 2, attribute: { namespace: '', name: 'n', value: 'v' } }],
  ['p:a', { name: { namespace: 'urn:p', name: 'a' } }],
  ['a[@p:n=""]', { name: a, attribute: { namespace: 'urn:p', name: 'n', value: '' } }],
  ['*[@xml:lang="en"]', { attribute: { namespace: XML_NAMESPACE, name: 'lang', value: 'en' } }],
  ['*[@n="&amp;&#x41;&quot;"]', { attribute: { namespace: '', name: 'n', value: '&A"' } }],
  ['*[@n="[1]@=]"]', { attribute: { namespace: '', name: 'n', value: '[1]@=]' } }],
  ['ü\u{10400}-.1', { name: { namespace: 'urn:default', name: 'ü\u{10400}-.1' } }],
]
for (const [step, expected] of STEPS) {
  test(`RFC 4825 §6.3: the step ${step}`, () => {
    const target = { kind: 'element' }
    assert.deepEqual(parse(step, 'xmlns(p=urn:p)'), { steps: [expected], target })
  })
}

test('RFC 4825 §6.3: a selector may end in an attribute or in namespace bindings', () => {
  const steps = [{ name: a }]
  const attribute = { kind: 'attribute', prefix: '', namespace: '', name: 'n' }
  assert.deepEqual(parse('a/@n'), { steps, target: attribute })
  assert.deepEqual(parse('a/namespace::*'), { steps, target: { kind: 'namespaces' } })
})

const FAULTS: [path: string, error: string][] = [
  ['', 'malformed'],
  ['a/', 'malformed'],
  ['a//b', 'malformed'],
  ['@n', 'malformed'],
  ['namespace::*', 'malformed'],
  ['a/@', 'malformed'],
  ['a/@n/b', 'malformed'],
  ['a/@*', 'malformed'],
  ['.', 'malformed'],
  ['a[]', 'malformed'],
  ['a[-1]', 'malformed'],
  ['a[ 1 ]', 'malformed'],
  ['a[1][2]', 'malformed'],
  ['a[@n="v"][1]', 'malformed'],
  ['a[@n=v]', 'malformed'],
  ['a[@n="v\']', 'malformed'],
  ['a[@n="<"]', 'malformed'],
  ['a[@n="&"]', 'malformed'],
  ['a[@n="&unknown;"]', 'malformed'],
  ['a[@n="&#0;"]', 'malformed'],
  ['a[@n]', 'malformed'],
  ['p:*', 'malformed'],
  ['1a', 'malformed'],
  ['a:b:c', 'malformed'],
  ['q:a', 'undeclared-prefix'],
  ['xmlns:a', 'undeclared-prefix'],
  ['a[@q:n="v"]', 'undeclared-prefix'],
  ['a/@q:n', 'undeclared-prefix'],
  ['a/text()', 'unknown-extension'],
  ['a/position(3)', 'unknown-extension'],
  ['a/ext:fn(x)', 'unknown-extension'],
  ['child::a', 'unknown-extension'],
]
for (const [path, error] of FAULTS) {
  test(`RFC 4825 §6.3, §8: the selector ${path || '(empty)'} is refused as ${error}`, () => {
    assert.equal(parse(path, 'xmlns(p=urn:p)'), error)
  })
}

const QUERIES: [query: string, namespace: string | undefined][] = [
  ['xmlns(p=urn:p)', 'urn:p'],
  ['xmlns(q=urn:q)xmlns(p=urn:p)', 'urn:p'],
  ['xmlns(q=urn:q)%20xmlns(p=urn:p)', 'urn:p'],
  ['xmlns(p=urn:q)xmlns(p=urn:p)', 'urn:p'],
  ['xmlns(p%20=%20urn:p)', 'urn:p'],
  ['xmlns%28p%3Durn%3Ap%29', 'urn:p'],
  ['xmlns(p=urn:%2541)', 'urn:%41'],
  ['xmlns(p=urn:p^(^)^^)', 'urn:p()^'],
  ['xmlns(p=urn:p(x(y)))', 'urn:p(x(y))'],
  ['element(/1)xpointer(id("x"))xmlns(p=urn:p)', 'urn:p'],
  ['xmlns(p=urn:p', undefined],
  ['p=urn:p', undefined],
  ['xmlns(p=)', undefined],
  ['', undefined],
]
for (const [query, namespace] of QUERIES) {
  test(`RFC 4825 §6.4: the query ${query || '(empty)'} binds p to ${namespace}`, () => {
    const target = { kind: 'element' }
    const steps = [{ name: { namespace, name: 'a' } }]
    assert.deepEqual(parse('p:a', query), namespace ? { steps, target } : 'undeclared-prefix')
  })
}

test('RFC 4825 §6.4: a query with a broken escape is malformed; xml cannot be bound anew', () => {
  assert.equal(parse('a', 'xmlns(p=%zz)'), 'malformed')
  const parsed = parse('a/@xml:lang', 'xmlns(xml=urn:x)')
  assert.ok(typeof parsed !== 'string' && parsed.target.kind === 'attribute')
  assert.equal(parsed.target.namespace, XML_NAMESPACE)
})
