import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRuleset, type PolicyRule } from '../../core/documents/common-policy.ts'
import { combine, decidePresence } from '../../core/model/presence-rules.ts'
import { matchingRules, type RuleRequest } from '../../core/model/rule-matching.ts'
import { parsePresenceRule } from '../../core/documents/pres-rules.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { fixture, tree, valueOf } from '../documents/fixtures.ts'

const example = (name: string) =>
  valueOf(parseRuleset(tree(fixture(`common-policy/rfc4745-${name}.xml`))))
const ruleset = (rules: string) =>
  valueOf(
    parseRuleset(
      tree(
        `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:p="urn:ietf:params:xml:ns:pres-rules"
          xmlns:o="urn:oma:xml:xdm:common-policy" xmlns:x="urn:x">${rules}</ruleset>`,
      ),
    ),
  )
const rule = (id: string, conditions: string, handling = 'allow') =>
  `<rule id="${id}"><conditions>${conditions}</conditions><actions><p:sub-handling>${handling}</p:sub-handling></actions><transformations/></rule>`

interface Asked extends Partial<Omit<RuleRequest, 'watcher' | 'now'>> {
  readonly watcher?: string
  readonly now?: string
}
const matching = (rules: readonly PolicyRule[], { watcher, now, ...rest }: Asked) =>
  matchingRules(rules, {
    watcher: watcher === undefined ? undefined : parseAor(watcher),
    now: Date.parse(now ?? '2026-01-01T00:00:00Z'),
    ...rest,
  }).map(({ id }) => id)

const EXAMPLES: [section: string, asked: Asked, ids: string[]][] = [
  ['7.1.2', { watcher: 'sip:alice@example.com' }, ['f3g44r1']],
  ['7.1.2', { watcher: 'sip:alice@EXAMPLE.com' }, ['f3g44r1']],
  ['7.1.2', { watcher: 'sip:Alice@example.com' }, []],
  ['7.1.2', { watcher: 'tel:+12125551234' }, ['f3g44r1']],
  ['7.1.2', { watcher: 'sip:+12125551234@example.com' }, []],
  ['7.1.2', { watcher: 'sip:bob@example.net' }, []],
  ['7.1.2', {}, []],
  ['7.1.3.1', { watcher: 'sip:anybody@anywhere.example' }, ['f3g44r5']],
  ['7.1.3.1', { watcher: 'tel:+4930123456' }, ['f3g44r5']],
  ['7.1.3.1', {}, []],
  ['7.1.3.3', { watcher: 'sip:carol@example.com' }, ['f3g44r1']],
  ['7.1.3.3', { watcher: 'sip:alice@example.com' }, []],
  ['7.1.3.3', { watcher: 'sip:carol@sub.example.com' }, []],
  ['7.1.3.3', { watcher: 'tel:+12125551234' }, []],
  ['7.3', { watcher: 'sip:andrew@example.com', sphere: 'WORK' }, ['f3g44r2']],
  ['7.3', { watcher: 'sip:andrew@example.com', sphere: 'home' }, []],
  ['7.3', { watcher: 'sip:andrew@example.com' }, []],
  ['7.3', { watcher: 'sip:john@doe.example.com', sphere: 'work' }, ['z6y55r2']],
  ['7.3', { watcher: 'sip:john@doe.example.com', sphere: 'home' }, ['z6y55r2']],
  ['7.3', { watcher: 'sip:john@doe.example.com', sphere: 'home work' }, []],
  ['7.4', { now: '2003-08-15T15:19:59Z' }, []],
  ['7.4', { now: '2003-08-15T15:20:00Z' }, ['f3g44r3']],
  ['7.4', { now: '2003-09-15T15:19:59Z' }, ['f3g44r3']],
  ['7.4', { now: '2003-09-15T15:20:00Z' }, []],
  [
    '12',
    { watcher: 'sip:bob@example.com', sphere: 'work', now: '2003-12-24T17:30:00+01:00' },
    ['f3g44r1'],
  ],
  ['12', { watcher: 'sip:bob@example.com', now: '2003-12-24T17:30:00+01:00' }, []],
  ['12', { watcher: 'sip:bob@example.com', sphere: 'work', now: '2003-12-24T19:00:00+01:00' }, []],
]
for (const [section, asked, ids] of EXAMPLES) {
  const who = asked.watcher ?? 'nobody in particular'
  const where = [asked.sphere, asked.now].filter(Boolean).join(', ')
  test(`RFC 4745 §${section}: the rules for ${who} (${where}) are [${ids.join()}]`, () => {
    assert.deepEqual(matching(example(section), asked), ids)
  })
}

const EXCEPTED: [watcher: string, matches: boolean][] = [
  ['sip:bob@good.example.net', false],
  ['sip:eve@good.example.net', true],
  ['sip:anybody@example.org', false],
  ['sip:alice@bad.example.net', false],
  ['tel:+12125551234', false],
  ['tel:+12125551235', true],
]
for (const [watcher, matches] of EXCEPTED) {
  test(`RFC 4745 §7.1.3.2: ${watcher} is ${matches ? 'meant' : 'excepted'}`, () => {
    const asked = { watcher, sphere: 'work', now: '2003-12-24T18:00:00+01:00' }
    assert.equal(matching(example('7.1.3.2'), asked).length > 0, matches)
  })
}

const BOB = 'sip:bob@example.com'
const CONDITIONS: [conditions: string, matches: boolean][] = [
  ['', true],
  ['<identity/>', false],
  [`<identity><x:group/><one id="${BOB}"/></identity>`, true],
  ['<identity><x:group/></identity>', false],
  [`<x:weather/><identity><one id="${BOB}"/></identity>`, false],
  ['<identity><many><x:except/></many></identity>', false],
  ['<identity><one id="sips:bob@example.com"/></identity>', true],
  ['<identity><one id="pres:bob@example.com"/></identity>', true],
  ['<identity><many domain="EXAMPLE.com"/></identity>', true],
  ['<identity><many domain="example%2ecom"/></identity>', true],
  ['<identity><many domain=""/></identity>', false],
  ['<identity><many domain="x@example.com"/></identity>', false],
  ['<identity><many><except domain="example.org"/></many></identity>', true],
  ['<sphere value=""/>', false],
  ['<validity><from>yesterday</from><until>2099-01-01T00:00:00Z</until></validity>', false],
  ['<validity><from>2025-01-01T00:00:00</from><until>2099-01-01T00:00:00</until></validity>', true],
  [
    '<validity><from>2025-01-01T00:00:00Z</from><until>2025-02-01T00:00:00Z</until><from>2025-12-31T00:00:00Z</from><until>2026-02-01T00:00:00Z</until></validity>',
    true,
  ],
  ['<o:anonymous-request/>', false],
]
for (const [conditions, matches] of CONDITIONS) {
  test(`RFC 4745 §7: ${conditions || 'no condition'} is ${matches ? 'true' : 'false'} for bob`, () => {
    assert.equal(matching(ruleset(rule('a', conditions)), { watcher: BOB }).length > 0, matches)
  })
}

test('RFC 4745 §7.1.3: an internationalized domain is compared as ASCII', () => {
  const rules = ruleset(rule('a', '<identity><many domain="bücher.example"/></identity>'))
  assert.deepEqual(matching(rules, { watcher: 'sip:a@xn--bcher-kva.example' }), ['a'])
})

test('OMA common policy: a list, an anonymous request, and everybody else', () => {
  const anchor = 'http://h/xcap/list'
  const rules = ruleset(
    rule('granted', `<o:external-list><o:entry anc="${anchor}"/></o:external-list>`) +
      rule('own', '<identity><one id="sip:me@example.com"/></identity>') +
      rule('anonymous', '<o:anonymous-request/>', 'block') +
      rule('unlisted', '<o:other-identity/>', 'confirm'),
  )
  const isListed = (url: string, watcher: string) => url === anchor && watcher === BOB
  assert.deepEqual(matching(rules, { watcher: BOB, isListed }), ['granted'])
  assert.deepEqual(matching(rules, { watcher: 'sip:me@example.com', isListed }), ['own'])
  assert.deepEqual(matching(rules, { watcher: 'sip:eve@example.com', isListed }), ['unlisted'])
  assert.deepEqual(matching(rules, { isListed }), ['anonymous'])
  assert.deepEqual(matching(rules, { watcher: BOB }), ['unlisted'], 'the list is not known')
})

interface Combining {
  now: string
  sphere: string
  watcher: string
  rules: Record<'id' | 'who' | 'sphere' | 'frm' | 'until' | 'X' | 'Y' | 'Z', string>[]
  expect: { matching: number[] }
}

test('RFC 4745 §10.3: rules 3 and 5 fire; a boolean is OR, a number the greatest, a set the union', () => {
  const vector = JSON.parse(
    Buffer.from(fixture('common-policy/rfc4745-10.3-combining.json')).toString(),
  ) as Combining
  // Their permissions in ours: X is a boolean, Y and Z are numbers.
  const handlings: Record<string, string> = {
    3: 'block',
    5: 'confirm',
    10: 'polite-block',
    12: 'allow',
  }
  const inputs: Record<string, string> = { 1: 'bare', 2: 'thresholds', 3: 'full' }
  const written = vector.rules.map(
    ({ id, who, sphere, frm, until, X, Y, Z }) =>
      `<rule id="r${id}"><conditions><identity><one id="sip:${who}@d"/></identity><sphere value="${sphere}"/>
       <validity><from>${frm}</from><until>${until}</until></validity></conditions>
       <actions><p:sub-handling>${handlings[Y] ?? ''}</p:sub-handling></actions>
       <transformations><p:provide-mood>${X}</p:provide-mood>
       <p:provide-user-input>${inputs[Z] ?? ''}</p:provide-user-input></transformations></rule>`,
  )
  const request: RuleRequest = {
    watcher: parseAor(`sip:${vector.watcher}@d`),
    now: Date.parse(vector.now),
    sphere: vector.sphere,
  }
  const rules = ruleset(written.join(''))
  assert.deepEqual(
    matchingRules(rules, request).map(({ id }) => id),
    vector.expect.matching.map((id) => `r${id}`),
  )
  const { attributes, subHandling, userInput } = decidePresence(rules, request)
  assert.deepEqual([[...attributes], subHandling, userInput], [['mood'], 'allow', 'thresholds'])
})

test('RFC 5025 §3.3.1.1: the set of two rules is their union', () => {
  const fragment = (name: string) => {
    const text = Buffer.from(fixture(`pres-rules/rfc5025-3.3.1.1-set-${name}.fragment.xml`))
    const inOurNamespace = text
      .toString()
      .replace('<provide-devices>', '<provide-devices xmlns="urn:ietf:params:xml:ns:pres-rules">')
    return parsePresenceRule({ actions: [], transformations: [tree(inOurNamespace)] })
  }
  const sorted = (name: string | ReturnType<typeof combine>) => {
    const { devices } = typeof name === 'string' ? fragment(name) : name
    return devices.members.map(({ kind, value }) => `${kind} ${value}`).sort()
  }
  assert.deepEqual(sorted(combine([fragment('a'), fragment('b')])), sorted('R'))
  assert.equal(sorted('R').length, 3)
})

test('RFC 5025 §3.2.1: one rule that allows beats any number that block', () => {
  const one = `<identity><one id="${BOB}"/></identity>`
  const rules = ruleset(
    rule('a', one, 'block') + rule('b', one, 'allow') + rule('c', one, 'polite-block'),
  )
  const decide = (text: string) =>
    decidePresence(rules, { watcher: parseAor(text), now: 0 }).subHandling
  assert.equal(decide(BOB), 'allow')
  assert.equal(decide('sip:eve@example.com'), 'block', 'no match is block')
})
