/** Opens my card in a browser, for one test. */
import type { TestContext } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import type * as browserParts from '../../../client/browser/index.ts'
import { openPage, type BrowserPage } from '../browser-page.ts'
import { startChromium, type Chromium } from '../chromium.ts'
import type { MadeUpMe } from './made-up-me.ts'
import { servePicturePage, type PicturePage } from './picture-page.ts'

declare global {
  var me: MadeUpMe
  var browser: typeof browserParts
}

export interface Opening {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
}

export interface OpenCard extends BrowserPage {
  readonly card: Locator
  readonly dialog: Locator
  readonly button: (name: string) => Locator
  /** Opens the dialog and chooses the file there. */
  readonly choose: (name: string, bytes: Uint8Array) => Promise<void>
  /** As if a file were dropped or pasted there. */
  readonly bring: (file: Uint8Array, how: 'drop' | 'paste', where?: string) => Promise<void>
  /** What the dialog complains of. */
  readonly complaint: () => Promise<string | null>
  /** Sends what is cropped, and gives what arrived. */
  readonly send: () => Promise<Uint8Array>
}

export interface CardStage {
  readonly served: PicturePage
  open(t: TestContext, opening?: Opening): Promise<OpenCard>
  end(): Promise<void>
}

export async function startCardStage(
  options: Parameters<typeof startChromium>[0] = {},
): Promise<CardStage> {
  const [served, chromium] = await Promise.all([servePicturePage(), startChromium(options)])
  return {
    served,
    open: (t, opening) => openCard(t, { served, chromium }, opening),
    end: async () => {
      await chromium.end()
      await served.close()
    },
  }
}

async function openCard(
  t: TestContext,
  { served, chromium }: { served: PicturePage; chromium: Chromium },
  { width = 1100, height = 800, colorScheme = 'light' }: Opening = {},
): Promise<OpenCard> {
  served.answer = { status: 201 }
  const opened = await openPage(t, chromium.browser, {
    origins: [new URL(served.url).origin],
    ...{ colorScheme, viewport: { width, height } },
  })
  const { page } = opened
  const dialog = page.getByRole('dialog')
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  await page.goto(served.url)
  await button('Change picture').waitFor()
  return {
    ...opened,
    dialog,
    button,
    card: page.getByRole('region', { name: 'My card' }),
    choose: async (name, bytes) => {
      if (!(await dialog.isVisible())) await button('Change picture').click()
      await chooseFile(page, button('Choose a file'), { name, bytes })
    },
    bring: (file, how, where = 'body') => bringFile(page, { file: [...file], how, where }),
    complaint: () => dialog.getByRole('alert').textContent(),
    send: async () => {
      const before = served.pictures.length
      await button('Use this picture').click()
      await dialog.waitFor({ state: 'detached' })
      if (served.pictures.length !== before + 1) throw new Error('not one picture arrived')
      return served.pictures.at(-1)!
    },
  }
}

async function chooseFile(
  page: Page,
  button: Locator,
  { name, bytes }: { name: string; bytes: Uint8Array },
): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()])
  await chooser.setFiles({ name, mimeType: '', buffer: Buffer.from(bytes) })
}

function bringFile(
  page: Page,
  what: { file: number[]; how: 'drop' | 'paste'; where: string },
): Promise<void> {
  return page.evaluate(({ file, how, where }) => {
    const brought = new DataTransfer()
    brought.items.add(new File([Uint8Array.from(file)], 'me.png', { type: 'image/png' }))
    const both = { bubbles: true, cancelable: true }
    document
      .querySelector(where)
      ?.dispatchEvent(
        how === 'drop'
          ? new DragEvent('drop', { dataTransfer: brought, ...both })
          : new ClipboardEvent('paste', { clipboardData: brought, ...both }),
      )
  }, what)
}
