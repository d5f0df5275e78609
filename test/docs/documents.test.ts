/** What the documents say of the sources: files, tests and settings that they name must be there. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { readConfiguration } from '../../service/config.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const exists = (path: string) => existsSync(new URL(`../../${path}`, import.meta.url))
const guides = readdirSync(new URL('../../docs', import.meta.url))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)

interface Row {
  readonly section: string
  readonly files: readonly string[]
  readonly test: { readonly file: string; readonly name: string } | undefined
}

const rows = read('docs/standards.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (Section|Document|-)/.test(line))
  .map(readRow)

function readRow(line: string): Row {
  const [section = '', , files = '', proof = ''] = line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
  const [, file, name] = /`([^`]+)`: "([^"]+)"/.exec(proof) ?? []
  return {
    section,
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
    test:
      file !== undefined && name !== undefined ? { file: `test/${file}.test.ts`, name } : undefined,
  }
}

test('docs/standards.md: every row names sources that are there', () => {
  assert.ok(rows.length > 50)
  for (const { section, files } of rows) {
    assert.notDeepEqual(files, [], section)
    for (const file of files) assert.ok(exists(file), `${section}: ${file}`)
  }
})

test('docs/standards.md: every row names a test that is there', () => {
  for (const { section, test: proof } of rows) {
    assert.ok(proof, section)
    assert.ok(exists(proof.file), `${section}: ${proof.file}`)
    assert.ok(read(proof.file).includes(proof.name), `${section}: "${proof.name}"`)
  }
})

test('docs/decisions.md: every file it names is there', () => {
  const text = read('docs/decisions.md')
  const named = [...text.matchAll(/`([\w/-]+\.(?:ts|cjs|json))`/g)].map(([, path = '']) => path)
  for (const path of named) assert.ok(exists(path), path)
})

test('docs/call-info.md: what it shows of kamailio.cfg stands there', () => {
  const shown = [...read('docs/call-info.md').matchAll(/^```\n([^`]+)```$/gm)]
  assert.equal(shown.length, 1)
  for (const [, fragment = ''] of shown)
    assert.ok(read('deploy/examples/behind-kamailio/kamailio.cfg').includes(fragment))
})

test('README.md: its example for softphones is that of docs/client.md, which is run', () => {
  const shown = /^```js\n([^`]+)```$/m.exec(read('README.md'))?.[1]
  assert.ok(shown)
  const guide = read('docs/client.md')
  for (const part of shown.trim().split('\n\n')) assert.ok(guide.includes(part), part)
})

test('README.md and docs/: every link leads to a file and a heading that are there', () => {
  for (const page of ['README.md', ...guides]) {
    for (const [, path = '', heading = ''] of read(page).matchAll(/\]\(([^)#:]*)(#[^)]*)?\)/g)) {
      const target = path === '' ? page : join(dirname(page), path)
      assert.ok(exists(target), `${page}: ${path}`)
      if (heading) assert.ok(headingsOf(target).includes(heading), `${page}: ${path}${heading}`)
    }
  }
})

/** As GitHub names them in links. */
function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, words = '']) => {
    const letters = words.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '')
    return `#${letters.replaceAll(' ', '-')}`
  })
}

test('docs/settings.md: the table has every setting', () => {
  const settings = read('docs/settings.md')
  const sources = { environment: {}, flags: { domains: 'example.com' }, folder: '/' }
  for (const key of keysOf(readConfiguration(sources), '')) {
    assert.ok(settings.includes(`\`${key}\``), key)
  }
})

function keysOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([key, inner]) =>
    keysOf(inner, path === '' ? key : `${path}.${key}`),
  )
}
