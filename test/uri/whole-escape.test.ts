import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unescapeWhole } from '../../core/uri/whole-escape.ts'

const spellings: [requirement: string, text: string, uri: string][] = [
  [
    "an anchor in Blink's documents is an absolute URI",
    'http%3A//xcap.example.com%3A8080/r/list%5B%40name%3D%22a%22%5D',
    'http://xcap.example.com:8080/r/list[@name="a"]',
  ],
  ['an address', 'sip%3Aalice%40example.com', 'sip:alice@example.com'],
  ['escapes in a URI stay', 'http://a.example/list%5B1%5D', 'http://a.example/list%5B1%5D'],
  ['a user may hold an escaped colon', 'a%3Ab@example.com', 'a%3Ab@example.com'],
  ['an escape cut short stays', 'sip%3Aa%4', 'sip%3Aa%4'],
  ['a relative reference stays', 'resource-lists/users/sip%3Aa', 'resource-lists/users/sip%3Aa'],
]
for (const [requirement, text, uri] of spellings) {
  test(`escaped whole: ${requirement}`, () => {
    assert.equal(unescapeWhole(text), uri)
  })
}
