/** An example of deploy/examples/, started as it stands there but for addresses, files and names that a test cannot have. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import sharp from 'sharp'
import { authorityPath, certificatePaths } from '../support/certificates.ts'
import { PASSWORD, run, start, type Running } from '../support/visage-process.ts'

const EXAMPLES = new URL('../../deploy/examples/', import.meta.url)
/** Every program of a test believes the test's own authority. */
const TRUST = { NODE_EXTRA_CA_CERTS: authorityPath }

export type Changes = Readonly<Record<string, string>>

/** What stands in the file in place of what an operator would have there. */
export const certificateFiles: Changes = {
  '/etc/visage/tls/fullchain.pem': certificatePaths('localhost').certificate,
  '/etc/visage/tls/privkey.pem': certificatePaths('localhost').key,
}

/** The text of the example, and a folder for what runs by it, which is removed at the end. */
export async function exampleFile(
  t: TestContext,
  name: string,
  changes: Changes,
): Promise<{ readonly folder: string; readonly file: string }> {
  let text = await readFile(new URL(name, EXAMPLES), 'utf8')
  for (const [theirs, ours] of Object.entries(changes)) {
    assert.ok(text.includes(theirs), `${name} says nothing of ${theirs}`)
    text = text.replaceAll(theirs, ours)
  }
  const folder = await mkdtemp(join(tmpdir(), 'visage-example-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, name.replace(/^.*\//, ''))
  await writeFile(file, text.replaceAll('/var/lib/visage', join(folder, 'data')))
  return { folder, file }
}

export interface ExampleNode {
  readonly server: Running
  addUser(address: string): Promise<void>
}

/** `visage serve` on the file, until it is ready; it is stopped at the end. */
export async function serveExample(
  t: TestContext,
  file: string,
  env: NodeJS.ProcessEnv = {},
): Promise<ExampleNode> {
  const server = start('visage', ['serve', '--config', file], env)
  t.after(() => server.stop())
  const give = Date.now() + 20_000
  while (!server.errors.some((line) => line.includes('Visage is ready'))) {
    const said = server.errors.join('\n')
    assert.ok(server.child.exitCode === null && Date.now() < give, `it did not start:\n${said}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return {
    server,
    async addUser(address) {
      const args = ['user', 'add', address, '--password-stdin', '--config', file]
      const { code, stderr } = await run('visage', args, { input: `${PASSWORD}\n`, env })
      assert.equal(code, 0, stderr)
    },
  }
}

/** Where a person's programs reach the service. */
export interface Way {
  readonly address: string
  readonly xcapRoot: string
  /** `udp:HOST:PORT` */
  readonly sip: string
}

const flagsOf = ({ address, xcapRoot, sip }: Way) => [
  ...['--account', address, '--password', PASSWORD],
  ...['--xcap-root', xcapRoot, '--sip', sip],
]

/** Bob watches; Alice is busy and stores an icon; he sees both, and his program has fetched the icon from where he was told. */
export async function storyThrough(t: TestContext, alice: Way, bob: Way): Promise<void> {
  const watch = start('visage', ['watch', alice.address, '--json', ...flagsOf(bob)], TRUST)
  t.after(() => watch.stop())
  await watch.line((line) => line.includes('"basic":"closed"'))
  const busy = ['publish', '--activity', 'busy', ...flagsOf(alice)]
  const desk = start('visage', busy, TRUST)
  t.after(() => desk.stop())
  await watch.line((line) => line.includes('"busy"'))
  const folder = await mkdtemp(join(tmpdir(), 'visage-example-icon-'))
  t.after(() => rm(folder, { recursive: true }))
  const photo = join(folder, 'photo.png')
  const create = { width: 64, height: 64, channels: 3, background: '#3366cc' } as const
  await writeFile(photo, await sharp({ create }).png().toBuffer())
  const put = await run('xcap-icon', ['-f', photo, 'PUT', ...flagsOf(alice)], { env: TRUST })
  assert.equal(put.code, 0, put.stderr)
  const line = await watch.line((text) => text.includes('"type":"image/png"'))
  const { icon } = JSON.parse(line) as { icon: { url: string; bytes: number } }
  assert.ok(icon.bytes > 50, line)
}
