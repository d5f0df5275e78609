/** Browsers that sign in at /session, and what they send then. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { CallResult } from './xcap-caller.ts'
import {
  PASSWORD,
  startXcapService,
  type ServiceChanges,
  type XcapService,
} from './xcap-service.ts'

const BY_SCRIPT = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' }
export const JSON_TYPE = { 'Content-Type': 'application/json' }
export const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' }

interface SignedIn {
  /** As the Cookie field carries it. */
  readonly cookie: string
  readonly reply: CallResult
  readonly session: SessionFacts
}

interface SessionFacts {
  readonly address: string
  readonly name?: string
  readonly expires: string
  readonly remembered: boolean
  readonly sip: { readonly username: string; readonly password: string }
}

export async function startSessionWorld(t: TestContext, changes: ServiceChanges = {}) {
  const service = await startXcapService(changes)
  t.after(() => service.end())
  return { ...service, ...browsersOf(service) }
}

function browsersOf({ call, port }: Pick<XcapService, 'call' | 'port'>) {
  const origin = `http://127.0.0.1:${port}`
  /** As the page sends it. */
  const own = (cookie?: string) => ({
    ...BY_SCRIPT,
    Origin: origin,
    ...(cookie && { Cookie: cookie }),
  })

  const post = (
    content: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    call('POST', '/session', {
      headers: { ...JSON_TYPE, ...headers },
      body: JSON.stringify(content),
    })

  const signIn = async (address = 'alice@example.com', remember = false): Promise<SignedIn> => {
    const reply = await post({ address, password: PASSWORD, remember })
    assert.equal(reply.status, 200, reply.text)
    return { cookie: cookieOf(reply), reply, session: sessionIn(reply) }
  }
  return { origin, own, post, signIn }
}

export function cookieOf({ headers }: CallResult): string {
  const [field = '', ...others] = headers['set-cookie'] ?? []
  assert.deepEqual(others, [])
  return field.split(';', 1)[0] ?? ''
}

export function sessionIn(reply: CallResult): SessionFacts {
  return JSON.parse(reply.text) as SessionFacts
}

/** What is said to the person. */
export function errorIn({ headers, text }: CallResult): string {
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['cache-control'], 'no-store')
  return (JSON.parse(text) as { error: string }).error
}
