/** Real programs in tests: used where they are, the test skipped by name where they are not. */
import type { TestContext } from 'node:test'
import { isInstalled, packageOf } from '../setup/debian-tools.mjs'

/** False: the test has been marked as skipped and should return. */
export function requireProgram(test: TestContext, program: keyof typeof packageOf): boolean {
  if (isInstalled(program)) return true
  test.skip(`${program} is missing: apt-get install ${packageOf[program]}`)
  return false
}
