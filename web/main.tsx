/** The buddy-list page: puts itself into the document. */
// First, so that what stands beside a part can change it.
import './style/page.css'
import { render } from 'preact'
import { systemClock } from '../client/client-clock.ts'
import { App } from './app.tsx'
import { followBrowser } from './browser-events.ts'
import { openPage } from './open-page.ts'
import { browserStorage } from './session/browser-storage.ts'
import { createPageSession } from './session/page-session.ts'
import { createSessionService } from './session/session-service.ts'
import { createThemeChoice } from './style/theme.ts'

const storage = browserStorage(() => window.localStorage)
const tab = browserStorage(() => window.sessionStorage)
const fetch: typeof globalThis.fetch = (input, init) => window.fetch(input, init)
const theme = createThemeChoice({
  root: document.documentElement,
  storage,
  systemIsDark: window.matchMedia('(prefers-color-scheme: dark)'),
})
const pageSession = createPageSession({
  service: createSessionService({ page: window.location.href, fetch }),
  open: (session, doors) => openPage({ session, doors }, { storage, tab, fetch }),
  clock: systemClock,
  kept: storage,
})
followBrowser(window, pageSession)
void pageSession.start()

const place = document.getElementById('app')
if (place) render(<App pageSession={pageSession} theme={theme} />, place)
