/** The systemd unit: well-formed, and shut in as far as Node allows. systemd.exec(5). */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isInstalled, packageOf } from '../setup/debian-tools.mjs'

const unit = fileURLToPath(new URL('../../deploy/systemd/visage.service', import.meta.url))
const skip = isInstalled('systemd-analyze')
  ? false
  : `systemd-analyze is missing: apt-get install ${packageOf['systemd-analyze']}`

const analyze = (...args: string[]) =>
  spawnSync('systemd-analyze', [...args, unit], { encoding: 'utf8' })

test('the unit has no directive that systemd does not know', { skip }, () => {
  const { stderr } = analyze('verify')
  // The program itself is installed elsewhere.
  assert.deepEqual(
    stderr.split('\n').filter((line) => line !== '' && !line.includes('is not executable')),
    [],
  )
})

test('systemd-analyze security finds an exposure of at most 1.5 of 10', { skip }, () => {
  // A unit with no sandbox has 9.6.
  const { status, stdout, stderr } = analyze('security', '--offline=true', '--threshold=15')
  assert.match(stdout, /Overall exposure level for visage\.service: [\d.]+/)
  assert.equal(status, 0, `${stdout}${stderr}`)
})

test('systemd waits longer than a drain takes', () => {
  const text = readFileSync(unit, 'utf8')
  const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])
  assert.ok(seconds >= 60, String(seconds))
})
