/** The accounts of the person at the keyboard: `~/.config/visage/accounts.yaml`. */
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface ConfiguredAccount {
  /** As written: `alice@example.com`, with or without `sip:`. */
  readonly address: string
  readonly password?: string | undefined
  /** A shell command whose first line of output is the password. */
  readonly passwordCommand?: string | undefined
  readonly xcapRoot?: string | undefined
  /** `udp:HOST:PORT` or `tcp:HOST:PORT` */
  readonly sip?: string | undefined
  /** Taken when nothing names an account. */
  readonly default?: boolean | undefined
}

/** Says what is wrong with the file, with its name. */
class AccountsFileError extends Error {
  override readonly name = 'AccountsFileError'
}

export function accountsFilePath(environment: NodeJS.ProcessEnv): string {
  const configured = environment['XDG_CONFIG_HOME']
  // An empty or relative XDG_CONFIG_HOME does not count. XDG Base Directory Specification.
  const home = configured?.startsWith('/') ? configured : join(homedir(), '.config')
  return join(home, 'visage', 'accounts.yaml')
}

/** Empty when there is no such file. Rejects with `AccountsFileError`. */
export async function readAccountsFile(path: string): Promise<readonly ConfiguredAccount[]> {
  const text = await readPrivately(path)
  if (text === undefined) return []
  // Loaded only when there is something to read.
  const [{ parse }, { accountsFileSchema }] = await Promise.all([
    import('yaml'),
    import('./accounts-file-schema.ts'),
  ])
  const checked = accountsFileSchema.safeParse(parsed(path, () => parse(text) as unknown))
  if (checked.success) return checked.data.accounts
  const [issue] = checked.error.issues
  const place = issue?.path.join('.') ?? ''
  throw new AccountsFileError(
    `${path}: ${place ? `${place}: ` : ''}${issue?.message ?? 'unreadable'}`,
  )
}

async function readPrivately(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path)
    // It holds passwords, so nobody else may read it.
    if ((mode & 0o077) !== 0 && process.platform !== 'win32') {
      throw new AccountsFileError(`${path} can be read by others; chmod 600 it first`)
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof AccountsFileError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new AccountsFileError(`${path} cannot be read: ${message}`)
  }
}

function parsed(path: string, parse: () => unknown): unknown {
  try {
    return parse()
  } catch (error) {
    const [firstLine] = error instanceof Error ? error.message.split('\n') : ['unreadable']
    throw new AccountsFileError(`${path}: ${firstLine ?? 'unreadable'}`)
  }
}
