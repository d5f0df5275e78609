/** The package as npm installs it: plain JavaScript, which Node loads as it is. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { askedFor, installPackage, manifestOf, pack, projectIn, root } from './installation.ts'
import type { Installation } from './installation.ts'

let installed: Installation
before(async () => {
  installed = await installPackage()
})
after(() => installed.close())

test('npm installs the packed package without the network, and nothing comes with it that is no JavaScript', async () => {
  const project = projectIn(await mkdtemp(join(tmpdir(), 'visage-npm-')))
  try {
    const wanted = await askedFor({ deep: true })
    const names = ['@visage/client', ...wanted.keys()]
    const archives = await pack([join(root, 'client'), ...wanted.values()], project.folder)
    const dependencies = Object.fromEntries(
      names.map((name, at) => [name, `file:${archives[at] ?? ''}`]),
    )
    await project.write('package.json', JSON.stringify({ private: true, dependencies }))
    const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts']
    await promisify(execFile)('npm', ['install', ...flags], { cwd: project.folder })
    const files = await readdir(join(project.folder, 'node_modules'), { recursive: true })
    assert.ok(files.includes('@visage/client/dist/client/index.js'))
    assert.deepEqual(
      files.filter((file) => /\.node$|(^|\/)binding\.gyp$/.test(file)),
      [],
    )
    for (const name of names) {
      const { scripts = {} } = await manifestOf(join(project.folder, 'node_modules', name))
      assert.deepEqual([scripts['install'], scripts['postinstall']], [undefined, undefined], name)
    }
  } finally {
    await project.close()
  }
})

test('the package has the version of the service, its licence and the promises of its manifest', async () => {
  const place = join(installed.folder, 'node_modules/@visage/client')
  const manifest = await manifestOf(place)
  assert.equal(manifest.version, (await manifestOf(root)).version)
  assert.deepEqual(manifest.peerDependencies, { 'sip.js': '0.21.2' })
  assert.equal(
    await readFile(join(place, 'LICENSE'), 'utf8'),
    await readFile(join(root, 'LICENSE'), 'utf8'),
  )
  assert.match(await readFile(join(place, 'README.md'), 'utf8'), /^# @visage\/client/)
})

test('every file that the manifest names is in the package', async () => {
  const place = join(installed.folder, 'node_modules/@visage/client')
  const files = new Set(await readdir(place, { recursive: true }))
  const manifest = await readFile(join(place, 'package.json'), 'utf8')
  const named = [...manifest.matchAll(/"\.\/([\w/.-]+)"/g)].map(([, file = '']) => file)
  const subpaths = new Set(['browser', 'node', 'documents', 'visage-client.js'])
  const missing = named.filter((file) => !files.has(file) && !subpaths.has(file))
  assert.ok(named.length > 5)
  assert.deepEqual(missing, [])
})

test('the package holds the client and what it is made of, and nothing of the servers', async () => {
  const dist = join(installed.folder, 'node_modules/@visage/client/dist')
  const files = await readdir(dist, { recursive: true })
  const modules = files.filter((file) => file.endsWith('.js') && file.includes('/'))
  const imported = new Set<string>()
  for (const file of modules) {
    for (const name of importsOf(await readFile(join(dist, file), 'utf8'))) imported.add(name)
  }
  const strangers = [...imported].filter((name) => !/^(\.|node:)/.test(name)).sort()
  assert.deepEqual(strangers, [
    '@noble/hashes/legacy.js',
    '@noble/hashes/sha2.js',
    '@noble/hashes/utils.js',
    'fast-xml-parser',
    'sip.js/lib/core/index.js',
    'ws',
  ])
  assert.deepEqual(
    files.filter((file) => /xcap-server|presence-agent|service|core\/store|image-resiz/.test(file)),
    [],
  )
})

function importsOf(module: string): string[] {
  const pattern = /(?:^(?:import|export)[^'"]*?from |^import |\bimport\()['"]([^'"]+)['"]/gm
  return [...module.matchAll(pattern)].map(([, name = '']) => name)
}

test('on Node the package is imported, and required, with its transports and without any part of a browser', async () => {
  const names = `JSON.stringify(Object.keys(it).sort())`
  const imported = await installed.node(
    '--input-type=module',
    '-e',
    `import * as it from '@visage/client'; console.log(${names})`,
  )
  const required = await installed.node(
    '--input-type=commonjs',
    '--no-warnings',
    '-e',
    `const it = require('@visage/client'); console.log(${names})`,
  )
  assert.equal(required, imported)
  const found = JSON.parse(imported) as string[]
  for (const name of [
    'createContacts',
    'createIconClient',
    'createImagePreparation',
    'createPresenceClient',
    'createXcapClient',
    'sipTransportTo',
    'webSocketTransportTo',
  ]) {
    assert.ok(found.includes(name), name)
  }
  assert.ok(!found.includes('openCamera'))
})

test('what is made for browsers is imported where there is no DOM', async () => {
  const named = await installed.node(
    '--input-type=module',
    '-e',
    `const it = await import('@visage/client/browser'); console.log(typeof document, typeof it.openCamera)`,
  )
  assert.equal(named, 'undefined function\n')
})

test('what a NOTIFY tells is read by a module that needs no SIP stack', async () => {
  const read = await installed.node(
    '--input-type=module',
    '-e',
    `import { readPresence, writePresence } from '@visage/client/documents'
     const body = writePresence({ presentity: 'sip:bob@example.com', id: 't1', note: 'here' })
     console.log(readPresence(body, 'application/pidf+xml')[0].note)`,
  )
  assert.equal(read, 'here\n')
})

test('a picture that is no icon yet is refused in words where nobody brought what makes it smaller', async () => {
  const picture = join(root, 'docs/alice.png')
  const script = `
    import { readFile } from 'node:fs/promises'
    import { createImagePreparation, IconError } from '@visage/client'
    const bytes = await readFile(process.argv[1])
    const large = bytes.with(16, 0).with(18, 8)
    const outcome = async (prepare) => {
      try { return (await prepare(large, { original: false })).mediaType }
      catch (error) { return (error instanceof IconError) + ': ' + error.message }
    }
    console.log(await outcome(createImagePreparation()))
    console.log(await outcome(createImagePreparation({ resize: async () => ({ mediaType: 'image/webp', bytes }) })))
  `
  const printed = await installed.node('--input-type=module', '-e', script, picture)
  const [refused = '', resized] = printed.split('\n')
  assert.match(refused, /^true: the image has \d+ × \d+ pixels, at most 256 × 256/)
  assert.equal(resized, 'image/webp', basename(picture))
})
