/** Tests that need XMPP's real programs: skipped by name where one of them is missing. */
import { test, type TestContext } from 'node:test'
import { isInstalled, packageOf } from '../../setup/debian-tools.mjs'
import { requireProgram } from '../../support/programs.ts'

type Program = keyof typeof packageOf

/** Whether a test file may start what it needs; its tests then say what is missing. */
export const areInstalled = (programs: readonly Program[]): boolean => programs.every(isInstalled)

export function testsWith(programs: readonly Program[]) {
  return (name: string, body: (t: TestContext) => Promise<void>): void => {
    void test(name, async (t) => {
      if (programs.every((program) => requireProgram(t, program))) await body(t)
    })
  }
}

export const PROSODY: readonly Program[] = ['prosody', 'slixmpp.py']
export const EJABBERD: readonly Program[] = ['ejabberdctl', 'slixmpp.py']
