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
  /** As the browser names the service. */
  readonly origin: string
  /** A browser of somebody's own: nobody is signed in. It may ask the service, and other origins that are named. */
  open(
    t: TestContext,
    origins?: readonly string[],
    options?: BrowserContextOptions,
  ): Promise<BrowserPage>
}

/** Called once at the top of a test file. Accounts are of the domain `localhost`, the password is PASSWORD. */
export function setStage({
  users,
  config = {},
  camera = 'film',
}: {
  users: readonly string[]
  config?: Record<string, unknown>
  camera?: 'film' | 'refused' | 'none'
}): Stage {
  const skip = isInstalled('chromium')
    ? false
    : `chromium is missing: apt-get install ${packageOf.chromium}`
  let visage: VisageProcess
  let chromium: Chromium
  runner.before(async () => {
    if (skip !== false) return
    ;[visage, chromium] = await Promise.all([startVisage({ config }), startChromium({ camera })])
    await addAccounts(visage, users)
  })
  runner.after(async () => {
    if (skip !== false) return
    await chromium.end()
    await visage.end()
  })
  const stage: Stage = {
    test: (name, play) => void runner.test(name, { skip }, play),
    get visage() {
      return visage
    },
    get chromium() {
      return chromium
    },
    get origin() {
      return `http://127.0.0.1:${visage.httpPort}`
    },
    open: (t, origins = [], options = {}) =>
      openPage(t, chromium.browser, { origins: [stage.origin, ...origins], ...options }),
  }
  return stage
}

/** All in one command: one for each would take longer than the tests. */
async function addAccounts(visage: VisageProcess, users: readonly string[]): Promise<void> {
  const rows = users.map((user) => {
    const ha1 = createHash('md5').update(`${user}:localhost:${PASSWORD}`).digest('hex')
    return `${user},localhost,${ha1}`
  })
  const file = join(visage.folder, 'accounts.csv')
  await writeFile(file, ['username,domain,ha1', ...rows, ''].join('\n'))
  const flags = ['--format', 'kamailio', '--data', visage.data]
  const { code, stderr } = await run('visage', ['user', 'import', file, ...flags])
  if (code !== 0) throw new Error(`user import: ${stderr}`)
}
