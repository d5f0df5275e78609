/** A program under load, in a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Running {
  readonly pid: number
  /** Ends it and removes its folder. */
  stop(): Promise<void>
  /** Ends it as a crash does, and leaves its folder. */
  kill(): Promise<void>
}

export const temporaryFolder = (parent = tmpdir()) => mkdtemp(join(parent, 'visage-bench-'))

interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
  /** Resolves as soon as it serves. */
  readonly ready: () => Promise<boolean>
}

const TRIES = 600

export async function runProgram({ program, args, folder, ready }: Command): Promise<Running> {
  const child = spawn(program, args, {
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  // Nothing outlives the bench.
  const killed = () => child.kill('SIGKILL')
  process.once('exit', killed)
  child.once('exit', () => process.off('exit', killed))
  const stop = async () => {
    await ended(child, 'SIGINT')
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < TRIES && child.exitCode === null; tries++) {
    if (await ready()) return { pid: child.pid ?? 0, stop, kill: () => ended(child, 'SIGKILL') }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stop()
  throw new Error(`${program} did not come up`)
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}
