/** The client's hashes are the servers'. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientHashes } from '../../client/hashes.ts'
import { nodeHashes } from '../../core/digest/node-hashes.ts'

for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
  test(`RFC 8760 §2.1: ${algorithm} is the same in the client and on the server`, () => {
    for (const text of ['', 'alice:example.com:wonderland', 'J\xc3\xa4s', '\xff\x00']) {
      assert.equal(clientHashes[algorithm](text), nodeHashes[algorithm](text))
    }
  })
}
