/** nginx on a configuration file, until the test ends. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { pathOf } from '../setup/debian-tools.mjs'
import { watchLines } from '../support/visage-process.ts'

/** `address`: HOST:PORT, where it listens once it is there. */
export async function startNginx(t: TestContext, file: string, address: string): Promise<void> {
  // As root its workers would be another user's, who may not see the folder.
  const user = process.getuid?.() === 0 ? 'user root; ' : ''
  const child = spawn(pathOf('nginx') ?? 'nginx', ['-c', file, '-g', `${user}daemon off;`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running = watchLines(child)
  t.after(() => running.stop('SIGQUIT'))
  const give = Date.now() + 10_000
  while (!(await answers(address))) {
    const said = running.errors.join('\n')
    assert.ok(child.exitCode === null && Date.now() < give, `nginx did not start:\n${said}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

async function answers(address: string): Promise<boolean> {
  const [host = '', port] = address.split(':')
  const socket = connect(Number(port), host)
  const open = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return open
}
