/** Runs a command from its source, in a process of its own, in an empty home. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `home` is where it runs and looks for its configuration. */
export async function runCommand(
  command: 'visage' | 'xcap-icon' | 'xcap-directory',
  args: readonly string[],
  { home, env = {}, input = '' }: { home: string; env?: NodeJS.ProcessEnv; input?: string },
): Promise<Ended> {
  const source = fileURLToPath(new URL(`../../cli/${command}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), source, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
