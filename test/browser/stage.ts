/** What the tests of a file play on: one service with its accounts, and one Chromium. */
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as runner from 'node:test'
import type { BrowserContextOptions } from 'playwright-core'
import { isInstalled, packageOf } from '../setup/debian-tools.mjs'
import { PASSWORD, run, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { openPage, type BrowserPage } from './browser-page.ts'
import { startChromium, type Chromium } from './chromium.ts'

type TestContext = runner.TestContext

export interface Stage {
  /** Skipped, and says so, where Chromium is missing. */
  readonly test: (name: string, play: (t: TestContext) => Promise<void>) => void
  readonly visage: VisageProcess
  readonly chromium: Chromium
  readonly domain: string
  /** As the browser names the service. */
  readonly origin: string
  /** A browser of somebody's own: nobody is signed in. It may ask the service, and other origins that are named. */
  open(
    t: TestContext,
    origins?: readonly string[],
    options?: BrowserContextOptions,
  ): Promise<BrowserPage>
}

/** Called once at the top of a test file. Users of other domains than the first have it in their name. The password is PASSWORD. */
export function setStage({
  users,
  domains = ['localhost'],
  config = {},
  camera = 'film',
  origin,
}: {
  users: readonly string[]
  domains?: readonly [string, ...string[]]
  config?: Record<string, unknown>
  camera?: 'film' | 'refused' | 'none'
  /** Where the browser finds the service, if not at the listener that every service has. */
  origin?: string
}): Stage {
  const skip = isInstalled('chromium')
    ? false
    : `chromium is missing: apt-get install ${packageOf.chromium}`
  let visage: VisageProcess
  let chromium: Chromium
  /** Of what was started, though not all may have been. */
  const ends: (() => Promise<void>)[] = []
  runner.before(async () => {
    if (skip !== false) return
    const named = domains.map((name) => ({
      name,
      aliases: name === domains[0] ? ['127.0.0.1'] : [],
    }))
    const settings = { domains: named, ...config }
    visage = await startVisage({ config: settings })
    ends.unshift(() => visage.end())
    chromium = await startChromium({ camera })
    ends.unshift(() => chromium.end())
    await addAccounts(visage, users, domains[0])
  })
  runner.after(async () => {
    for (const end of ends) await end()
  })
  const stage: Stage = {
    test: (name, play) => void runner.test(name, { skip }, play),
    domain: domains[0],
    get visage() {
      return visage
    },
    get chromium() {
      return chromium
    },
    get origin() {
      return origin ?? `http://127.0.0.1:${visage.httpPort}`
    },
    open: (t, origins = [], options = {}) =>
      openPage(t, chromium.browser, { origins: [stage.origin, ...origins], ...options }),
  }
  return stage
}

/** All in one command: one for each would take longer than the tests. */
async function addAccounts(
  visage: VisageProcess,
  users: readonly string[],
  home: string,
): Promise<void> {
  const rows = users.map((user) => {
    const [name = '', domain = home] = user.split('@')
    const ha1 = createHash('md5').update(`${name}:${domain}:${PASSWORD}`).digest('hex')
    return `${name},${domain},${ha1}`
  })
  const file = join(visage.folder, 'accounts.csv')
  await writeFile(file, ['username,domain,ha1', ...rows, ''].join('\n'))
  const flags = ['--format', 'kamailio', '--config', join(visage.folder, 'visage.yaml')]
  const { code, stderr } = await run('visage', ['user', 'import', file, ...flags])
  if (code !== 0) throw new Error(`user import: ${stderr}`)
}
