/** Announced icon URLs, and published URLs that name an icon of ours. RFC 4482 §3.4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hmacSha256 } from '../../core/digest/node-hashes.ts'
import {
  announcedIconUrl,
  iconToken,
  ownIconReference,
} from '../../core/model/icon-announcement.ts'
import type { Aor } from '../../core/uri/aor.ts'

const ALICE = 'sip:alice@example.com' as Aor
const BOB = 'sip:bob@example.com' as Aor
const hash = hmacSha256(new Uint8Array(32).fill(1))
const ours = {
  iconsPublicUrl: 'https://icons.example.com',
  xcapRootUrls: ['https://xcap.example.com/xcap-root', 'http://127.0.0.1:8080/xcap-root/'],
}

test('a token is 22 URL-safe characters, another for every presentity, image and key', () => {
  const tokens = [
    iconToken(hash, ALICE, 'aa'),
    iconToken(hash, ALICE, 'ab'),
    iconToken(hash, BOB, 'aa'),
    iconToken(hmacSha256(new Uint8Array(32).fill(2)), ALICE, 'aa'),
  ]
  assert.equal(new Set(tokens).size, tokens.length)
  for (const token of tokens) assert.match(token, /^[\w-]{22}$/)
  assert.equal(iconToken(hash, ALICE, 'aa'), tokens[0])
})

test('the announced URL is short and ends with the extension of the image', () => {
  const token = iconToken(hash, ALICE, 'aa')
  const url = announcedIconUrl('https://icons.example.com/', token, 'image/jpeg')
  assert.equal(url, `https://icons.example.com/i/${token}.jpg`)
  assert.deepEqual(ownIconReference(url, ours), { token })
})

const REFERENCES: Record<string, ReturnType<typeof ownIconReference>> = {
  'https://icons.example.com/i/abc_-1.png': { token: 'abc_-1' },
  'HTTPS://Icons.Example.com:443/i/abc.png?x=1#f': { token: 'abc' },
  'https://xcap.example.com/xcap-root/oma_status-icon/users/sip:alice@example.com/p.png': {
    xcapPath: 'oma_status-icon/users/sip:alice@example.com/p.png',
  },
  'http://127.0.0.1:8080/xcap-root/org.openmobilealliance.pres-content/users/sip:a@b/oma_status-icon/index#blink-icon12':
    { xcapPath: 'org.openmobilealliance.pres-content/users/sip:a@b/oma_status-icon/index' },
  'https://icons.example.com/i/': undefined,
  'https://icons.example.com/i/a/b.png': undefined,
  'http://icons.example.com/i/abc.png': undefined,
  'https://elsewhere.example/i/abc.png': undefined,
  'https://xcap.example.com/xcap-root/resource-lists/users/sip:a@b/index': undefined,
  'https://xcap.example.com/xcap-root/oma_status-icon/../resource-lists/users/sip:a@b/index':
    undefined,
  'https://xcap.example.com/xcap-rootoma_status-icon/': undefined,
  'not a url': undefined,
  '': undefined,
}
for (const [url, reference] of Object.entries(REFERENCES)) {
  test(`${url || 'an empty URL'} names ${reference ? 'an icon of ours' : 'none of ours'}`, () => {
    assert.deepEqual(ownIconReference(url, ours), reference)
  })
}
