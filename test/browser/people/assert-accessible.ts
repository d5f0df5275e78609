/** What axe-core finds wrong with a page as it stands. WCAG 2.2. */
import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

export async function assertAccessible(page: Page): Promise<void> {
  // Read by the test itself: the page's policy lets nothing be put into it.
  const violations = await page.evaluate(`${axe.source}; axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`)
  assert.deepEqual(violations, [])
}
