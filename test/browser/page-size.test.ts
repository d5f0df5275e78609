/** How much JavaScript the built page asks a browser to load. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const page = fileURLToPath(new URL('../../dist/page/', import.meta.url))

test('all JavaScript of the page, sip.js with it, is at most 150 KB gzipped', (t) => {
  const scripts = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  )
  assert.ok(scripts.length > 0, 'the page has scripts')
  const sizes = scripts.map((name) => gzipSync(readFileSync(join(page, name))).length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  t.diagnostic(`${(total / 1000).toFixed(1)} KB in ${scripts.length} files`)
  assert.ok(total <= 150_000, `${total} bytes`)
})
