/** The switch for my public card. XCAP usage `org.visage.public-card`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serializeXcapCaps } from '../../core/documents/xcap-caps.ts'
import { createXcapClient } from '../../client/xcap-client.ts'
import { createPublicCard } from '../../web/my-card/public-card.ts'

const ROOT = 'http://127.0.0.1/xcap-root'
const DOCUMENT = `${ROOT}/org.visage.public-card/users/sip:alice@example.com/index`

/** A service with or without public cards; `stored`: whether alice wants one. */
function service({ auids = ['org.visage.public-card'], stored = false, status = 0 } = {}) {
  const state = { stored, calls: [] as string[] }
  const fetch: typeof globalThis.fetch = (input, init) => {
    const [url, method] = [input as string, init?.method ?? 'GET']
    const answer = (code: number, body?: string) =>
      Promise.resolve(new Response(body, { status: code }))
    if (url === `${ROOT}/xcap-caps/global/index`) {
      return answer(200, serializeXcapCaps({ auids, extensions: [], namespaces: [], unknown: [] }))
    }
    state.calls.push(`${method} ${url}`)
    if (status !== 0) return answer(status)
    const existed = state.stored
    if (method === 'PUT') state.stored = true
    if (method === 'DELETE') state.stored = false
    return answer(existed ? 200 : method === 'PUT' ? 201 : 404)
  }
  const xcap = createXcapClient({ xcapRoot: ROOT, fetch })
  return { state, card: createPublicCard({ xcap, address: 'sip:alice@example.com' }) }
}

/** Long enough for all that is asked of a service which answers at once. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
}

test('the switch shows what is stored, and stores what it is switched to', async () => {
  const { card, state } = service()
  await settled()
  assert.equal(card.shown.value, false)
  await card.show(true)
  assert.equal(card.shown.value, true)
  assert.equal(state.stored, true)
  await card.show(false)
  // Switched off elsewhere meanwhile: there is nothing left to delete.
  await card.show(false)
  assert.equal(card.shown.value, false)
  assert.deepEqual(
    state.calls.map((call) => call.replace(DOCUMENT, '')),
    ['GET ', 'PUT ', 'DELETE ', 'DELETE '],
  )
})

test('a service that offers no public cards is not asked for one', async () => {
  const { card, state } = service({ auids: ['pres-rules'] })
  await settled()
  assert.equal(card.shown.value, undefined)
  assert.deepEqual(state.calls, [])
})

test('a wish that is refused is told in words, and the switch stays', async () => {
  const { card } = service({ status: 503 })
  await settled()
  assert.equal(card.shown.value, undefined)
  await assert.rejects(card.show(true), /busy/)
  assert.equal(card.shown.value, undefined)
})

test('the path of a card stands for every address', () => {
  const path = (address: string) =>
    createPublicCard({
      xcap: createXcapClient({ xcapRoot: ROOT, fetch: () => Promise.reject(new Error('offline')) }),
      address,
    }).path
  assert.equal(path('sip:alice@example.com'), '/u/alice@example.com')
  assert.equal(path('sip:a/b?c@example.com'), '/u/a%2Fb%3Fc@example.com')
  assert.equal(path('sip:a%40b@example.com'), '/u/a%2540b@example.com')
})
