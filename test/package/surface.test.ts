/** What users of the package may lean on changes only on purpose. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { publicSurface, SURFACE_FILE } from '../../scripts/client-surface.mjs'

const surface = publicSurface()

test('the public surface of the package is the one that is written down', () => {
  const written = readFileSync(new URL(`../../${SURFACE_FILE}`, import.meta.url), 'utf8')
  assert.equal(
    surface,
    written,
    `${SURFACE_FILE} is not what client/ exports. If that is meant: npm run build && node scripts/client-surface.mjs`,
  )
})

test('the public surface names exports of every entry with their types', () => {
  for (const line of [
    /^function createPresenceClient\(options: PresenceClientOptions\): PresenceClient; \/\/ .*browser, .*node/m,
    /^function createImagePreparation\([^]*?\): PrepareImage; \/\/ node$/m,
    /^interface XcapUri \{$/m,
  ]) {
    assert.match(surface, line)
  }
})
