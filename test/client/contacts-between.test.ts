/** What a contact may see between the edits that a decision takes. RFC 5025 §3.2.1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTHING_REPORTED } from '../../client/contact-reports.ts'
import { createContacts } from '../../client/contacts.ts'
import { createXcapClient, type XcapClient } from '../../client/xcap-client.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { PASSWORD, startXcapService } from '../xcap/support/xcap-service.ts'

const ALICE = 'sip:alice@example.com' as Aor
const CAROL = 'sip:carol@other.example' as Aor

test('whoever is blocked politely is at no moment asked to wait, nor allowed who is blocked', async (t) => {
  const service = await startXcapService()
  t.after(() => service.end())
  const xcapRoot = `http://127.0.0.1:${service.port}/xcap-root`
  const credentials = { username: 'alice', password: PASSWORD }
  const xcap = createXcapClient({ xcapRoot, credentials })
  const between: (string | undefined)[] = []
  const note = async () => {
    const all = createContacts({ xcap, own: ALICE, clock: { now: () => 0 } })
    const { contacts } = await all.list(() => Promise.resolve(NOTHING_REPORTED))
    between.push(...contacts.map(({ handling }) => handling))
  }
  const spying: XcapClient = {
    ...xcap,
    async put(...given) {
      const result = await xcap.put(...given)
      await note()
      return result
    },
    async delete(...given) {
      const result = await xcap.delete(...given)
      await note()
      return result
    },
  }
  const decide = async (handling: 'allow' | 'block' | 'polite-block') => {
    between.length = 0
    const watched = createContacts({ xcap: spying, own: ALICE, clock: { now: () => 0 } })
    await watched.decide(CAROL, handling)
    return [...new Set(between)]
  }
  await decide('allow')
  assert.deepEqual(await decide('polite-block'), ['allow', 'polite-block'])
  assert.deepEqual(await decide('block'), ['polite-block', 'block'])
  assert.deepEqual(await decide('polite-block'), ['polite-block'])
  assert.deepEqual(await decide('allow'), ['allow'])
})
