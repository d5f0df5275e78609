/** What the browser tells of its network and of the person's attention, passed on to the page that is open. */
import type { ReadonlySignal } from '@preact/signals'
import type { OpenPage } from './model/create-page-model.ts'
import type { Stage } from './session/page-session.ts'

export function followBrowser(window: Window, stage: ReadonlySignal<Stage<OpenPage>>): void {
  const model = (): OpenPage | undefined => {
    const current = stage.peek()
    return current.name === 'signed-in' ? current.model : undefined
  }
  for (const event of ['online', 'offline']) {
    window.addEventListener(event, () => model()?.setOnline(event === 'online'))
  }
  window.document.addEventListener('visibilitychange', () => {
    if (window.document.visibilityState === 'visible') model()?.lookAgain()
  })
  // Whoever leaves the page is there no more: said as well as it can be while the page goes.
  window.addEventListener('pagehide', () => void model()?.close())
  window.addEventListener('pageshow', ({ persisted }) => {
    // The browser kept the page as it was, but its lines are closed.
    if (persisted) window.location.reload()
  })
}
