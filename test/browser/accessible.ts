/** What axe-core finds on a page as it stands: WCAG 2.2 A and AA, and its best practices. */
import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

export async function assertAccessible(page: Page, view: string): Promise<void> {
  // What is still fading in has not its own colours yet.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => true),
  )
  // Read by the test itself: the page's policy lets nobody put a script into it.
  const violations = await page.evaluate(
    `${axe.source}; axe.run().then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) =>
        html + ' ' + any.map(({ message }) => message).join(' ')).join(' | ')))`,
  )
  assert.deepEqual(violations, [], view)
}
