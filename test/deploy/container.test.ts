/** The container: what its file says, run by hand as a container would, since no base image is at hand in tests. */
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { validate } from 'dockerfile-utils'
import { packagesIn } from '../../scripts/licences.mjs'
import { mayMount } from '../store/support/store-folder.ts'
import { freePort } from '../support/free-port.ts'
import { watchLines } from '../support/visage-process.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = readFileSync(join(root, 'deploy/container/Containerfile'), 'utf8')
const final = text.slice(text.lastIndexOf('\nFROM '))
const skip = mayMount ? false : 'only root can make the rest of the machine read-only'
const USER = 10_001

/** The JSON list behind an instruction. */
const listOf = (instruction: string) =>
  JSON.parse(new RegExp(`^${instruction}.*?(\\[.*\\])$`, 'm').exec(final)?.[1] ?? '') as string[]

test('the file has no fault that a linter knows', () => {
  assert.deepEqual(
    validate(text).map(({ message }) => message),
    [],
  )
  assert.ok(validate(`${text}\nMAINTAINER nobody\n`).length > 0, 'the linter finds some')
})

test('the service is nobody’s root, and its folder is the only one that is declared as written to', () => {
  assert.match(final, new RegExp(`^USER ${USER}:${USER}$`, 'm'))
  assert.deepEqual(final.match(/^VOLUME .*$/gm), ['VOLUME /data'])
})

/** What runs, and nothing that only builds or tests. */
async function layOut(place: string): Promise<void> {
  const running = packagesIn(root).filter(({ dev, path }) => !dev && existsSync(join(root, path)))
  const copied = ['package.json', 'client', 'dist', ...running.map(({ path }) => path)]
  for (const path of copied) {
    // A package below another one came with it, but for those that only build.
    await mkdir(dirname(join(place, path)), { recursive: true })
    await cp(join(root, path), join(place, path), {
      recursive: true,
      force: true,
      filter: (from) => !from.slice(join(root, path).length).includes('/node_modules'),
    })
  }
}

async function started(t: TestContext) {
  const place = await mkdtemp(join(tmpdir(), 'visage-container-'))
  const data = join(place, 'data')
  await chmod(place, 0o755)
  await layOut(join(place, 'opt'))
  await mkdir(data, { mode: 0o700 })
  await chown(data, USER, USER)
  const httpPort = await freePort()
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    NODE_ENV: 'production',
    VISAGE_DATA: data,
    VISAGE_DOMAINS: 'example.com',
    VISAGE_HTTP_LISTEN: `127.0.0.1:${httpPort}`,
    VISAGE_SIP_LISTEN: `udp:127.0.0.1:${await freePort()}`,
    VISAGE_ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
  }
  const [program = '', ...entry] = listOf('ENTRYPOINT').map((part) =>
    part.replace('/opt/visage', join(place, 'opt')),
  )
  const command = [program, ...entry, ...listOf('CMD')]
  const child = spawn('unshare', ['--mount', 'sh', '-c', READ_ONLY, 'sh', data, ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running = watchLines(child)
  t.after(async () => {
    await running.stop('SIGKILL')
    await rm(place, { recursive: true })
  })
  const [node = '', ...args] = listOf('HEALTHCHECK').map((part) =>
    part.replace('8080', String(httpPort)),
  )
  const isHealthy = () => spawnSync(node, args).status === 0
  const give = Date.now() + 30_000
  while (!isHealthy()) {
    const said = running.errors.join('\n')
    assert.ok(child.exitCode === null && Date.now() < give, `it did not come up:\n${said}`)
  }
  return { running, isHealthy, data }
}

/** Everything is read-only but the first argument, which is proved; then the user of the file runs the rest. */
const READ_ONLY = `set -e
mount --make-rprivate /
mount --bind "$1" "$1"
for place in / /tmp /var/tmp /dev/shm; do
  if [ "$place" = / ] || mountpoint -q "$place"; then mount -o remount,ro,bind "$place"; fi
done
if touch "\${TMPDIR:-/tmp}/visage-probe" 2>/dev/null; then echo 'it is not read-only' >&2; exit 1; fi
shift
exec setpriv --reuid ${USER} --regid ${USER} --clear-groups --no-new-privs --bounding-set=-all -- "$@"`

test(
  'it runs without root, capabilities, a home or anything to write to but its volume, and is healthy',
  { skip },
  async (t) => {
    const { running, isHealthy, data } = await started(t)
    assert.ok(existsSync(join(data, 'format')))
    assert.equal(await running.stop('SIGTERM'), 0)
    assert.equal(isHealthy(), false, 'a service that is gone is not healthy')
    assert.equal(
      execFileSync('stat', ['-c', '%u', join(data, 'format')])
        .toString()
        .trim(),
      String(USER),
    )
  },
)
