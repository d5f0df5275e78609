/** Where a password comes from when none was given: a command of the person's own, or the keyboard. */
import { execFile } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'

class NoPassword extends Error {
  override readonly name = 'NoPassword'
}

/** The first line that the command prints. */
export async function passwordFromCommand(command: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { timeout: 60_000 })
    return stdout.split(/\r?\n/, 1)[0] ?? ''
  } catch (error) {
    const { code } = error as { code?: number | string }
    throw new NoPassword(`the passwordCommand failed (${code ?? 'no answer'})`)
  }
}

/** Asks on the terminal and shows nothing of what is typed. */
export async function passwordFromKeyboard(address: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new NoPassword(
      `no password for ${address}: use --password, VISAGE_PASSWORD or accounts.yaml`,
    )
  }
  process.stderr.write(`Password of ${address}: `)
  const mute = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const keyboard = createInterface({ input: process.stdin, output: mute, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      keyboard.once('SIGINT', () => {
        reject(new NoPassword('no password was given'))
      })
      keyboard.question('').then(resolve, reject)
    })
  } finally {
    keyboard.close()
    process.stderr.write('\n')
  }
}
