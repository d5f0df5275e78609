/** Tools for the tests: what is asked of apt, and that the policy against services leaves no trace. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { installPackages } from './debian-tools.mjs'

const folder = mkdtempSync(join(tmpdir(), 'visage-tools-'))
after(() => {
  rmSync(folder, { recursive: true })
})

/** Plays apt: each command answers with the next status of its list, the last one for good. */
function apt(answers: Record<string, number[]>, policyFile: string) {
  const calls: string[] = []
  const policies: (string | undefined)[] = []
  const run = (command: string, args: readonly string[]) => {
    const verb = `${command} ${args[0] ?? ''}`
    calls.push(verb)
    policies.push(existsSync(policyFile) ? readFileSync(policyFile, 'utf8') : undefined)
    const list = answers[verb] ?? [0]
    const status = list.length > 1 ? list.shift()! : list[0]!
    return { status, output: `${verb} said so\n` }
  }
  return { run, calls, policies }
}

test('packages that are known are installed without an update, and no service may start', () => {
  const policyFile = join(folder, 'absent')
  const { run, calls, policies } = apt({}, policyFile)
  installPackages(['curl'], { run, policyFile })
  assert.deepEqual(calls, ['apt-cache show', 'apt-get install'])
  assert.match(policies[1] ?? '', /exit 101/)
  assert.equal(existsSync(policyFile), false)
})

test('lists are fetched when a package is unknown, or when the lists are too old', () => {
  const policyFile = join(folder, 'lists')
  const unknown = apt({ 'apt-cache show': [100] }, policyFile)
  installPackages(['curl'], { run: unknown.run, policyFile })
  assert.deepEqual(unknown.calls, ['apt-cache show', 'apt-get update', 'apt-get install'])
  const stale = apt({ 'apt-get install': [100, 0] }, policyFile)
  installPackages(['curl'], { run: stale.run, policyFile })
  assert.deepEqual(stale.calls.slice(1), ['apt-get install', 'apt-get update', 'apt-get install'])
})

test('a policy that stood before stands again, bytes and mode, also after a failure', () => {
  const policyFile = join(folder, 'standing')
  writeFileSync(policyFile, '#!/bin/sh\nexit 42\n', { mode: 0o700 })
  const { run, policies } = apt({ 'apt-get install': [100] }, policyFile)
  assert.throws(() => {
    installPackages(['curl'], { run, policyFile })
  }, /could not install curl:\napt-get install said so/)
  assert.match(policies[1] ?? '', /exit 101/)
  assert.equal(readFileSync(policyFile, 'utf8'), '#!/bin/sh\nexit 42\n')
  assert.equal(statSync(policyFile).mode & 0o777, 0o700)
})
