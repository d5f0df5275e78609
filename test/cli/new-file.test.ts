/** A new file: whole or not there, never in place of another, for its owner alone. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { writeNewFile } from '../../cli/new-file.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'visage-new-file-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  return folder
}

const whole = () => Promise.resolve(Readable.from([Buffer.from('who'), Buffer.from('le')]))

async function* brokenOff() {
  yield await Promise.resolve(Buffer.from('half'))
  throw new Error('broken off')
}

test('a file is there when it is whole, and nobody else reads it', async (t) => {
  const file = join(folderOf(t), 'alice.zip')
  await writeNewFile(file, whole)
  assert.equal(readFileSync(file, 'utf8'), 'whole')
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('of content that breaks off, or never begins, nothing stays', async (t) => {
  const folder = folderOf(t)
  const file = join(folder, 'alice.zip')
  await assert.rejects(
    writeNewFile(file, () => Promise.resolve(brokenOff())),
    /broken off/,
  )
  await assert.rejects(
    writeNewFile(file, () => Promise.reject(new Error('nobody'))),
    /nobody/,
  )
  assert.deepEqual(readdirSync(folder), [])
})

test('a file that is there stays as it is, and nothing is asked for', async (t) => {
  const folder = folderOf(t)
  const file = join(folder, 'alice.zip')
  writeFileSync(file, 'before')
  await assert.rejects(
    writeNewFile(file, () => assert.fail('asked')),
    /alice\.zip is there already/,
  )
  assert.equal(readFileSync(file, 'utf8'), 'before')
})

test('where no file can be made nothing is asked for', async (t) => {
  const file = join(folderOf(t), 'no-such-folder', 'alice.zip')
  await assert.rejects(
    writeNewFile(file, () => assert.fail('asked')),
    /ENOENT/,
  )
})
