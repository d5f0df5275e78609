/** A page in a context of its own: no cookies, no storage, watched; pictured when its test fails. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { recordPage, type PageRecord } from './page-record.ts'

export const ARTIFACTS = fileURLToPath(new URL('../../artifacts/', import.meta.url))

/** Milliseconds within which what a test waits for comes about on a busy machine. */
const PATIENCE = 20_000

export interface BrowserPage {
  readonly page: Page
  readonly context: BrowserContext
  readonly record: PageRecord
}

export async function openPage(
  t: TestContext,
  browser: Browser,
  { origins, ...options }: { origins: readonly string[] } & BrowserContextOptions,
): Promise<BrowserPage> {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  context.setDefaultTimeout(PATIENCE)
  // What esbuild calls in functions that are handed to the page.
  await context.addInitScript('globalThis.__name = (value) => value')
  const page = await context.newPage()
  const record = recordPage(page, origins)
  t.after(async () => {
    const faults = record.faults()
    if (failed(t) || faults.length > 0) await keepScreenshot(page, t.name)
    await context.close()
    assert.deepEqual(faults, [], 'the page complained')
  })
  return { page, context, record }
}

/** Node has it since 20.12, its types for Node 20 have not. */
function failed(t: TestContext): boolean {
  return !(t as TestContext & { readonly passed: boolean }).passed
}

/** Below `artifacts/`, named after the test. */
async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true })
  const file = `${name.replace(/[^\w]+/g, '-').slice(0, 100)}-${Date.now()}.png`
  await page.screenshot({ path: join(ARTIFACTS, file) }).catch(() => undefined)
}
