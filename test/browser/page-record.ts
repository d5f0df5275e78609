/** All that a page asked for, and all that it complained of: what a test may not overlook. */
import type { ConsoleMessage, Page } from 'playwright-core'

export interface PageRecord {
  /** URLs of all requests, WebSockets included, in order. */
  readonly requests: readonly string[]
  /** Complaints that belong to what the test does, as an answer 413; matched against `text (URL)`. */
  expect(complaint: RegExp): void
  /** What nobody expected: errors on the console, uncaught exceptions, requests to other origins. */
  faults(): string[]
}

/** What Chromium puts on the console though all is well: the challenge of a sign-in, documents that nobody has written yet. */
const USUAL = [/status of 401.*\/session\b/, /status of 404.*\/xcap-root\//]

export function recordPage(page: Page, origins: readonly string[]): PageRecord {
  const requests: string[] = []
  const complaints: string[] = []
  const expected = [...USUAL]
  const ask = (url: string) => {
    requests.push(url)
    if (!isHome(url, origins)) complaints.push(`request to another origin: ${url}`)
  }
  page.on('request', (request) => {
    ask(request.url())
  })
  page.on('websocket', (socket) => {
    ask(socket.url())
  })
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(described(message))
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`))
  return {
    requests,
    expect: (complaint) => expected.push(complaint),
    faults: () => complaints.filter((text) => !expected.some((pattern) => pattern.test(text))),
  }
}

/** Breaches of the Content-Security-Policy are console errors, too. */
function described(message: ConsoleMessage): string {
  return `${message.text()} (${message.location().url})`
}

function isHome(url: string, origins: readonly string[]): boolean {
  if (/^(blob|data|about):/.test(url)) return true
  const { protocol, host } = new URL(url)
  return origins.includes(`${protocol.replace('ws', 'http')}//${host}`)
}
