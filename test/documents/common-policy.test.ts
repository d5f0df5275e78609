import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRuleset, serializeRuleset } from '../../core/documents/common-policy.ts'
import { fixture, meaningOf, tree, valueOf } from './fixtures.ts'

const SECTIONS = ['7.1.2', '7.1.3.1', '7.1.3.2', '7.1.3.3', '7.3', '7.4', '12']
for (const section of SECTIONS) {
  test(`RFC 4745 §${section}: the example survives a round trip`, () => {
    const rules = valueOf(parseRuleset(tree(fixture(`common-policy/rfc4745-${section}.xml`))))
    assert.ok(rules.length > 0)
    assert.deepEqual(valueOf(parseRuleset(tree(serializeRuleset(rules)))), rules)
  })
}

test('RFC 4745 §12: what the example says', () => {
  const [rule] = valueOf(parseRuleset(tree(fixture('common-policy/rfc4745-12.xml'))))
  assert.deepEqual(rule, {
    id: 'f3g44r1',
    conditions: [
      {
        kind: 'identity',
        matches: [{ kind: 'one', id: 'sip:bob@example.com', extensions: [] }],
      },
      { kind: 'sphere', values: ['work'] },
      {
        kind: 'validity',
        periods: [{ from: '2003-12-24T17:00:00+01:00', until: '2003-12-24T19:00:00+01:00' }],
      },
    ],
    actions: [],
    transformations: [],
  })
})

const ruleset = (conditions: string) =>
  `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:x="urn:x"
    xmlns:ocp="urn:oma:xml:xdm:common-policy"><rule id="a"><conditions>${conditions}</conditions>
    <actions><x:act>1</x:act></actions><transformations><x:show y="z"/></transformations></rule></ruleset>`

const EXTENDED: Record<string, string> = {
  'an unknown condition': '<x:weather is="fine"/>',
  'an unknown child of identity': '<identity><x:group/></identity>',
  'an unknown child of one and of many':
    '<identity><one id="sip:a@b"><x:by/></one><many><x:but/></many></identity>',
  'lists, anonymous requests and everybody else of OMA':
    '<ocp:external-list><ocp:entry anc="http://a/b"/></ocp:external-list><ocp:anonymous-request/><ocp:other-identity/>',
  'several periods':
    '<validity><from>2003-12-24T17:00:00Z</from><until>2003-12-24T19:00:00Z</until><from>2004-12-24T17:00:00Z</from><until>2004-12-24T19:00:00Z</until></validity>',
}
for (const [what, conditions] of Object.entries(EXTENDED)) {
  test(`RFC 4745 §7: ${what} survives a round trip`, () => {
    const read = tree(ruleset(conditions))
    const written = tree(serializeRuleset(valueOf(parseRuleset(read))))
    assert.deepEqual(meaningOf(written), meaningOf(read))
  })
}

test('RFC 4745 §13: a rule without an id is none', () => {
  const text = '<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule/></ruleset>'
  const { detail } = { detail: '', ...parseRuleset(tree(text)) }
  assert.equal(detail, 'a rule has no id')
})
