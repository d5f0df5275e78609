/** What the browser tells of its network, of its other tabs and of the person's attention, passed on to the page. */
import type { OpenPage } from './model/create-page-model.ts'
import { STATUS_KEY } from './model/kept-status.ts'
import { SIGNED_OUT, type PageSession } from './session/page-session.ts'

export function followBrowser(window: Window, pageSession: PageSession<OpenPage>): void {
  const model = (): OpenPage | undefined => {
    const current = pageSession.stage.peek()
    return current.name === 'signed-in' ? current.model : undefined
  }
  for (const event of ['online', 'offline']) {
    window.addEventListener(event, () => model()?.setOnline(event === 'online'))
  }
  const lookAgain = () => {
    if (window.document.visibilityState !== 'visible') return
    pageSession.lookAgain()
    model()?.lookAgain()
  }
  window.document.addEventListener('visibilitychange', lookAgain)
  window.addEventListener('focus', lookAgain)
  // Told by the other tabs of this browser.
  window.addEventListener('storage', ({ key }) => {
    if (key === STATUS_KEY) model()?.followStatus()
    if (key === SIGNED_OUT) pageSession.followSignOut()
  })
  // Whoever leaves the page is there no more: said as well as it can be while the page goes.
  window.addEventListener('pagehide', () => void model()?.close())
  window.addEventListener('pageshow', ({ persisted }) => {
    // The browser kept the page as it was, but its lines are closed.
    if (persisted) window.location.reload()
  })
}
