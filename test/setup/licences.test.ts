/** What Visage is made of may be used as it is: every licence is on the list, and what is not would be noticed. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAllowed, packagesIn } from '../../scripts/licences.mjs'
import { sbom } from '../../scripts/sbom.mjs'

const root = new URL('../../', import.meta.url).pathname

test('every package of the lock file has a licence that is on the list', () => {
  const packages = packagesIn(root)
  assert.ok(packages.some(({ name, licence }) => name === 'express' && licence === 'MIT'))
  assert.deepEqual(
    packages.filter(({ licence }) => !isAllowed(licence)),
    [],
  )
})

test('of several licences all must be on the list, of a choice one', () => {
  assert.equal(isAllowed('(MIT AND GPL-3.0-only)'), false)
  assert.equal(isAllowed('(MIT OR GPL-3.0-only)'), true)
  assert.equal(isAllowed('SEE LICENSE IN LICENSE'), false)
  assert.equal(isAllowed(undefined), false)
})

test('a package that came in by another one is found, and so is one that names no licence', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'visage-licences-'))
  t.after(() => rm(folder, { recursive: true }))
  const packages = {
    '': { name: 'any' },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/a/node_modules/b': { version: '2.0.0', license: 'GPL-3.0-only', dev: true },
    'node_modules/c': { version: '3.0.0' },
    'node_modules/own': { resolved: 'own', link: true },
  }
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
  assert.deepEqual(packagesIn(folder), [
    { name: 'a', path: 'node_modules/a', version: '1.0.0', licence: 'MIT', dev: false },
    {
      name: 'b',
      path: 'node_modules/a/node_modules/b',
      version: '2.0.0',
      licence: 'GPL-3.0-only',
      dev: true,
    },
    { name: 'c', path: 'node_modules/c', version: '3.0.0', licence: undefined, dev: false },
  ])
})

test('the bill of materials has every package that is installed and runs, and none that only builds or tests', () => {
  const { bomFormat, components } = sbom()
  assert.equal(bomFormat, 'CycloneDX')
  const inBill = new Set(components.map(({ name, version }) => `${name} ${version}`))
  const names = (dev: boolean) =>
    packagesIn(root)
      .filter((one) => one.dev === dev && existsSync(join(root, one.path)))
      .map(({ name, version }) => `${name} ${version}`)
  assert.deepEqual(
    names(false).filter((name) => !inBill.has(name)),
    [],
  )
  assert.ok(!names(true).some((name) => name.startsWith('typescript ') && inBill.has(name)))
})
