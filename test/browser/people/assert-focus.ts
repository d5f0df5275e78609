/** The keyboard is where it should be. WCAG 2.2 §2.4.3. */
import type { Page } from 'playwright-core'

/** The focus comes to what is called so, or begins so. */
export async function assertFocus(page: Page, name: string): Promise<void> {
  const isThere = (wanted: string) => {
    const element = document.activeElement
    return (element?.getAttribute('aria-label') ?? element?.textContent)?.startsWith(wanted)
  }
  await page.waitForFunction(isThere, name)
}
