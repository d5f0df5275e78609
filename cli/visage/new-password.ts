/** Where the password of an account comes from: standard input, or the keyboard twice. */
import { passwordFromKeyboard } from '../../client/node/password.ts'
import { UsageError } from '../usage-error.ts'
import type { SecretFlags } from './user-flags.ts'

const LONGEST = 1024

/** What proves the account's owner: a password, or a hash that was made elsewhere. */
export async function newSecret(
  address: string,
  { passwordStdin, ha1, realm }: SecretFlags,
): Promise<{ password?: string; ha1?: string; realm?: string }> {
  const ofRealm = realm === undefined ? {} : { realm }
  if (ha1 !== undefined) {
    if (passwordStdin) throw new UsageError('--ha1 and --password-stdin exclude each other')
    return { ha1, ...ofRealm }
  }
  const password = passwordStdin ? await firstLine() : await typedTwice(address)
  if (password === '') throw new Error('the password is empty')
  return { password, ...ofRealm }
}

async function firstLine(): Promise<string> {
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const part of process.stdin as AsyncIterable<string>) {
    text += part
    if (text.length > LONGEST || text.includes('\n')) break
  }
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line.length > LONGEST) throw new Error(`the password is longer than ${LONGEST} characters`)
  return line
}

async function typedTwice(address: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError('no terminal to ask on: use --password-stdin or --ha1')
  }
  const password = await passwordFromKeyboard(`${address} (new)`)
  const again = await passwordFromKeyboard(`${address} (again)`)
  if (password !== again) throw new Error('the two passwords differ')
  return password
}
