/** Opens the page of made-up people in a browser, for one test. */
import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { openPage } from '../browser-page.ts'
import { startChromium, type Chromium } from '../chromium.ts'
import type { MadeUpPeople } from './made-up-people.ts'
import { servePeople, type ServedPeople } from './serve-people.ts'

declare global {
  var people: MadeUpPeople
}

export interface PeopleStage {
  readonly served: ServedPeople
  open(t: TestContext, opening?: Opening): Promise<Page>
  end(): Promise<void>
}

interface Opening {
  readonly contacts?: number
  readonly requests?: number
  readonly watchers?: number
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
}

export async function startPeopleStage(): Promise<PeopleStage> {
  const served = await servePeople()
  const chromium: Chromium = await startChromium({ camera: 'none' })
  return {
    served,
    async open(t, { width = 1100, colorScheme = 'light', ...counts } = {}) {
      const { page, record } = await openPage(t, chromium.browser, {
        origins: [new URL(served.url).origin],
        ...{ colorScheme, viewport: { width, height: 800 } },
      })
      record.expect(/gone\.png/)
      const query = Object.entries(counts).map(([name, count]) => `${name}=${count}`)
      await page.goto(`${served.url}?${query.join('&')}`)
      await page.getByRole('heading', { name: 'Contacts' }).waitFor()
      return page
    },
    async end() {
      await chromium.end()
      await served.close()
    },
  }
}
