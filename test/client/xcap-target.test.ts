/** What people type, and what it becomes on the wire. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { xcapMediaType } from '../../client/xcap-media-types.ts'
import { parseXcapTarget, TargetUnclear } from '../../client/xcap-target.ts'
import { buildXcapUri } from '../../core/uri/xcap-uri.ts'

const CONTEXT = {
  xcapRoot: 'http://xcap.example.com:8080/xcap-root/',
  xui: 'sip:alice@example.com',
}
const wire = (target: string, bindings: [prefix: string, namespace: string][] = []) =>
  buildXcapUri(
    parseXcapTarget(target, {
      ...CONTEXT,
      bindings: bindings.map(([prefix, namespace]) => ({ prefix, namespace })),
    }),
  )
const LISTS = '/resource-lists/users/sip:alice@example.com/index'
const FRIENDS = `${LISTS}/~~/resource-lists/list%5B@name=%22friends%22%5D`

const TARGETS: [typed: string, wire: string][] = [
  ['resource-lists/index', LISTS],
  ['/resource-lists/index', LISTS],
  [
    'resource-lists/users/sip:bob@example.com/index',
    '/resource-lists/users/sip:bob@example.com/index',
  ],
  ['resource-lists/users/sip%3Aalice%40example.com/index', LISTS],
  ['xcap-caps/global/index', '/xcap-caps/global/index'],
  [
    'org.openmobilealliance.pres-content/oma_status-icon/index',
    '/org.openmobilealliance.pres-content/users/sip:alice@example.com/oma_status-icon/index',
  ],
  [`http://xcap.example.com:8080/xcap-root${LISTS}`, LISTS],
  [`HTTP://XCAP.example.com:8080/xcap-root${LISTS}`, LISTS],
  ['resource-lists/index/~~/resource-lists/list[@name="friends"]', FRIENDS],
  ['resource-lists/index/~~/resource-lists/list%5b@name=%22friends%22%5d', FRIENDS],
  [`http://xcap.example.com:8080/xcap-root${FRIENDS}`, FRIENDS],
  [
    "resource-lists/index/~~/*/list[2][@name='a b']/@name",
    `${LISTS}/~~/*/list%5B2%5D%5B@name='a%20b'%5D/@name`,
  ],
  [
    'resource-lists/index/~~/*/list[@name="a/b"]/entry[1]',
    `${LISTS}/~~/*/list%5B@name=%22a%2Fb%22%5D/entry%5B1%5D`,
  ],
  [
    'resource-lists/index/~~/*/list[@name=%22a/b%22]/entry[1]',
    `${LISTS}/~~/*/list%5B@name=%22a%2Fb%22%5D/entry%5B1%5D`,
  ],
  [
    'resource-lists/index/~~/*/entry[@uri="sip:a@b?x=y#z"]',
    `${LISTS}/~~/*/entry%5B@uri=%22sip:a@b%3Fx=y%23z%22%5D`,
  ],
  ['resource-lists/index/~~/*/list[@name="100%"]', `${LISTS}/~~/*/list%5B@name=%22100%25%22%5D`],
  [
    'resource-lists/index/~~/*/list[@name="Bücher"]',
    `${LISTS}/~~/*/list%5B@name=%22B%C3%BCcher%22%5D`,
  ],
  ['resource-lists/index/~~/*/namespace::*', `${LISTS}/~~/*/namespace::*`],
  ['resource-lists/index/%7E%7E/*', `${LISTS}/~~/*`],
  ['resource-lists/index/~~/p:a?xmlns(p=urn:x)', `${LISTS}/~~/p:a?xmlns(p=urn:x)`],
  ['resource-lists/index/~~/p:a?xmlns(p=a%5E%28b)', `${LISTS}/~~/p:a?xmlns(p=a%5E%28b)`],
  [
    "pres-rules/users/sip:o'neil@example.com/index/~~/p:a?xmlns(p=a b)",
    "/pres-rules/users/sip:o'neil@example.com/index/~~/p:a?xmlns(p=a%20b)",
  ],
]
for (const [typed, expected] of TARGETS) {
  test(`RFC 4825 §6: ${typed} is ${expected}`, () => {
    assert.equal(wire(typed), expected)
  })
}

test('RFC 4825 §6.4: bindings are added to the query, escaped', () => {
  const target = 'resource-lists/index/~~/p:a/q:b'
  const query = '?xmlns(p=urn:x)xmlns(q=http://h/%5E(1%5E)%25%23)'
  assert.equal(
    wire(target, [
      ['p', 'urn:x'],
      ['q', 'http://h/(1)%#'],
    ]),
    `${LISTS}/~~/p:a/q:b${query}`,
  )
  assert.equal(
    wire(`${target}?xmlns(p=urn:x)`, [['q', 'http://h/(1)%#']]),
    `${LISTS}/~~/p:a/q:b${query}`,
  )
})

const UNCLEAR: [typed: string, message: RegExp][] = [
  ['', /a document is named as resource-lists\/index/],
  ['resource-lists', /a document is named as/],
  ['resource-lists/', /a document is named as/],
  ['resource-lists/users/sip:a@b', /names no document/],
  ['resource-lists/../x', /names no document/],
  ['http://evil.example/xcap-root/resource-lists/global/index', /not below the XCAP root/],
  ['http://xcap.example.com/xcap-root/resource-lists/global/index', /not below the XCAP root/],
  [
    'https://xcap.example.com:8080/xcap-root/resource-lists/global/index',
    /not below the XCAP root/,
  ],
  [
    'http://xcap.example.com:8080/xcap-rooted/resource-lists/global/index',
    /not below the XCAP root/,
  ],
  ['http://xcap.example.com:8080@evil.example/xcap-root/a/global/b', /not below the XCAP root/],
]
for (const [typed, message] of UNCLEAR) {
  test(`a target that names nothing on this server is refused: '${typed}'`, () => {
    assert.throws(
      () => wire(typed),
      (error) => error instanceof TargetUnclear && message.test(error.message),
    )
  })
}

const TYPES: [typed: string, type: string | undefined][] = [
  ['resource-lists/index', 'application/resource-lists+xml'],
  ['pres-rules/index', 'application/auth-policy+xml'],
  ['something-else/index', undefined],
  ['something-else/index/~~/a/b[@c="@d"]', 'application/xcap-el+xml'],
  ['resource-lists/index/~~/*/list[1]/@name', 'application/xcap-att+xml'],
  ['resource-lists/index/~~/*/namespace::*', 'application/xcap-ns+xml'],
]
for (const [typed, type] of TYPES) {
  test(`RFC 4825 §7: the type of ${typed} is ${type ?? 'not known'}`, () => {
    assert.equal(xcapMediaType(parseXcapTarget(typed, CONTEXT)), type)
  })
}
