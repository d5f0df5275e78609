import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRuleset, ruleElement } from '../../core/documents/common-policy.ts'
import { parsePresenceRule, presenceRuleContent } from '../../core/documents/pres-rules.ts'
import { meaningOf, fixture, tree, valueOf } from './fixtures.ts'

const example = () => {
  const [rule] = valueOf(parseRuleset(tree(fixture('pres-rules/rfc5025-6.xml'))))
  return rule ?? assert.fail()
}

test('RFC 5025 §6: what the example grants', () => {
  const { unknown, ...granted } = parsePresenceRule(example())
  assert.deepEqual(granted, {
    subHandling: 'allow',
    services: {
      all: false,
      members: [
        { kind: 'service-uri-scheme', value: 'sip' },
        { kind: 'service-uri-scheme', value: 'mailto' },
      ],
    },
    persons: { all: true, members: [] },
    devices: { all: false, members: [] },
    attributes: new Set(['activities']),
    userInput: 'bare',
    unknownAttributes: [{ namespace: 'urn:vendor-specific:foo-namespace', name: 'foo' }],
    allAttributes: false,
  })
  assert.deepEqual(unknown, { actions: [], transformations: [] })
})

test('RFC 5025 §6: the example survives a round trip', () => {
  const rule = example()
  const written = { ...rule, ...presenceRuleContent(parsePresenceRule(rule)) }
  assert.deepEqual(meaningOf(ruleElement(written)), meaningOf(ruleElement(rule)))
})

const ruleOf = (actions: string, transformations: string) => {
  const text = `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:p="urn:ietf:params:xml:ns:pres-rules"
    xmlns:x="urn:x"><rule id="a"><conditions/><actions>${actions}</actions><transformations>${transformations}</transformations></rule></ruleset>`
  const [rule] = valueOf(parseRuleset(tree(text)))
  return rule ?? assert.fail()
}

const SUB_HANDLINGS: [text: string, handling: string | undefined][] = [
  ['block', 'block'],
  ['confirm', 'confirm'],
  ['polite-block', 'polite-block'],
  [' allow ', 'allow'],
  ['Allow', undefined],
  ['', undefined],
]
for (const [text, handling] of SUB_HANDLINGS) {
  test(`RFC 5025 §3.2.1: sub-handling '${text}' is ${handling ?? 'not understood'}`, () => {
    const rule = ruleOf(`<p:sub-handling>${text}</p:sub-handling>`, '')
    assert.equal(parsePresenceRule(rule).subHandling, handling)
  })
}

test('RFC 5025 §3.2.1: an element of another namespace is no sub-handling', () => {
  const rule = ruleOf('<x:sub-handling>allow</x:sub-handling>', '')
  assert.equal(parsePresenceRule(rule).subHandling, undefined)
})

test('RFC 4745 §5: what is not understood grants nothing and survives', () => {
  const rule = ruleOf(
    '<x:ring>loud</x:ring>',
    '<p:provide-mood>perhaps</p:provide-mood><p:provide-user-input>some</p:provide-user-input>' +
      '<p:provide-unknown-attribute name="n">true</p:provide-unknown-attribute><x:show/>' +
      '<p:provide-note>1</p:provide-note>',
  )
  const parsed = parsePresenceRule(rule)
  assert.deepEqual([...parsed.attributes], ['note'])
  assert.equal(parsed.userInput, 'false')
  assert.deepEqual(parsed.unknownAttributes, [])
  const { actions, transformations } = presenceRuleContent(parsed)
  assert.deepEqual(
    [...actions, ...transformations].map(({ name }) => name),
    [
      ...['ring', 'provide-note', 'provide-mood'],
      ...['provide-user-input', 'provide-unknown-attribute', 'show'],
    ],
  )
})
