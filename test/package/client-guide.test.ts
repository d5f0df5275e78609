/** docs/client.md: every example is run, as a vendor has it, against a running service. */
import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startVisage, type VisageProcess } from '../support/visage-process.ts'
import { isAsPrinted, readGuide } from './client-guide.ts'
import { installPackage, root, type Installation } from './installation.ts'

let installed: Installation
let visage: VisageProcess
before(async () => {
  visage = await startVisage({
    config: { domains: [{ name: 'example.com', aliases: ['127.0.0.1'] }] },
    users: ['alice@example.com', 'bob@example.com', 'carol@example.com'],
  })
  installed = await installPackage()
  await installed.link('sharp', join(root, 'node_modules/sharp'))
  await copyFile(join(root, 'docs/alice.png'), join(installed.folder, 'alice.png'))
})
after(async () => {
  await visage.end()
  await installed.close()
})

function guide() {
  return readGuide({
    'https://visage.example.com': `http://127.0.0.1:${visage.httpPort}`,
    'wss://visage.example.com': `ws://127.0.0.1:${visage.httpPort}`,
    "'visage.example.com', port: 5060": `'127.0.0.1', port: ${visage.sipPort}`,
  })
}

// The titles are needed before there is a server.
for (const [at, { title }] of readGuide({}).programs.entries()) {
  test(`docs/client.md, ${title}: the example prints what the page says`, async () => {
    const { code, prints } = guide().programs[at]!
    await installed.write(`example-${at}.js`, code)
    const printed = await installed.node(`example-${at}.js`)
    assert.ok(prints !== undefined && isAsPrinted(printed, prints), `it printed:\n${printed}`)
  })
}

test('docs/client.md has an example for each thing it explains', () => {
  const { programs, pages, scripts } = readGuide({})
  assert.ok(programs.length >= 9)
  assert.equal(pages.length, 3)
  assert.ok(scripts.has('softphone.js'))
})

test('docs/client.md: ten lines put faces into a softphone on SIP.js that has a UserAgent of its own', () => {
  const softphone = readGuide({}).scripts.get('softphone.js') ?? ''
  const [, added = ''] = softphone.split('// What you add.\n')
  const imported = softphone.split('\n').filter((line) => line.includes('@visage/client'))
  const lines = added.split('\n').filter((line) => /\w/.test(line))
  assert.ok(lines.length + imported.length <= 10, `${lines.length + imported.length} lines`)
})
