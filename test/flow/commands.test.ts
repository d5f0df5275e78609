/** The commands' contracts, as a table: what is typed, the exit code, and the words on stderr. */
import assert from 'node:assert/strict'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run, startVisage, type VisageProcess } from '../support/visage-process.ts'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({ users: ['alice@localhost'] })
})

after(() => visage.end())

const HERE = () => visage.as('alice@localhost')
const DATA = () => ['--data', visage.data]

const CASES: [program: string, args: () => string[], code: number, words: RegExp][] = [
  ['xcap-icon', HERE, 2, /^Error: You need to specify the operation: GET, PUT or DELETE$/],
  ['xcap-icon', () => [...HERE(), 'SHOW'], 2, /there is no operation SHOW/],
  ['xcap-icon', () => [...HERE(), 'PUT'], 2, /PUT needs a picture: -f FILE/],
  ['xcap-icon', () => [...HERE(), '-f', '/no/such.png', 'put'], 1, /there is no such file/],
  ['xcap-icon', () => [...HERE(), '-f', 'no.png', 'Delete'], 1, /^Error: .*404 Not Found/],
  ['xcap-icon', () => [...HERE(), '--password', 'wrong', 'LIST'], 1, /wrong user name or password/],
  ['xcap-icon', () => [...HERE(), '--no-such-flag'], 2, /unknown option/],
  ['xcap-directory', () => [...HERE(), '--xcap-root', 'ftp://x'], 2, /is no XCAP root/],
  ['visage', () => ['watch', ...HERE()], 2, /name somebody to watch/],
  ['visage', () => ['watch', 'nobody@localhost', ...HERE()], 1, /404 Not Found/],
  ['visage', () => ['watch', 'a@b', ...HERE(), '--sip', 'x'], 2, /is no SIP server/],
  [
    'visage',
    () => ['publish', ...HERE(), '--basic', 'maybe'],
    2,
    /Allowed choices are open, closed/,
  ],
  [
    'visage',
    () => ['user', 'add', 'alice@localhost', '--ha1', 'x', ...DATA()],
    1,
    /exists already/,
  ],
  ['visage', () => ['user', 'add', 'c@localhost', '--ha1', 'x', ...DATA()], 1, /the hash is not/],
  [
    'visage',
    () => ['user', 'add', 'c@nowhere.test', '--ha1', 'x', ...DATA()],
    1,
    /is not a domain/,
  ],
  ['visage', () => ['user', 'remove', 'c@localhost', ...DATA()], 1, /no such account/],
  ['visage', () => ['user', 'import', '--format', 'other', 'x', ...DATA()], 2, /no format other/],
]

for (const [program, args, code, words] of CASES) {
  test(`${program}: exit ${code} with ${String(words)}`, async () => {
    const finished = await run(program, args())
    assert.equal(finished.code, code, finished.stderr)
    assert.match(finished.stderr, words)
    assert.equal(finished.stdout, '')
  })
}

test('a flag wins over the environment, that over accounts.yaml, which others may not read', async () => {
  const folder = join(visage.folder, '.config', 'visage')
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'accounts.yaml')
  const account = { address: 'alice@localhost', password: 'wrong', xcapRoot: visage.xcapRoot }
  await writeFile(file, JSON.stringify({ accounts: [account] }), { mode: 0o600 })
  const password = HERE()[3] ?? ''
  const env = { HOME: visage.folder, XDG_CONFIG_HOME: join(visage.folder, '.config') }
  const list = (more: NodeJS.ProcessEnv, ...args: string[]) =>
    run('xcap-icon', ['-a', 'alice', ...args, 'LIST'], { env: { ...env, ...more } })
  assert.equal((await list({})).code, 1)
  assert.equal((await list({ VISAGE_PASSWORD: password })).code, 0)
  assert.equal((await list({ VISAGE_PASSWORD: password }, '--password', 'wrong')).code, 1)
  await chmod(file, 0o644)
  const readable = await list({ VISAGE_PASSWORD: password })
  assert.equal(readable.code, 1)
  assert.match(readable.stderr, /accounts\.yaml/)
})
