import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { parseJid } from '../../xmpp-gateway/jid.ts'
import { createContactPresence } from '../../xmpp-gateway/presence/contact-presence.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import { alice, bob, createMemoryStore, createPairsDesk } from './pairs-desk.ts'

const amy = parseAor('sip:amy@sip.example')!

/** Bob has approved Alice and Amy. */
async function startWorld() {
  const store = createMemoryStore()
  for (const user of [alice, amy]) {
    const times = { toSince: 0, fromSince: 0 }
    store.records.set(user, { user, contact: bob, to: 'granted', from: 'none', ...times })
  }
  const { control, clock, reconsidered } = await createPairsDesk({ store })
  const published: string[] = []
  const seenBy = (user: Aor) => control.neighbour.handling(bob, user)
  const contacts = createContactPresence({
    ...control,
    source: {
      publish: (_, document = '') => {
        const basic = document.includes('<basic>open') ? 'open' : 'closed'
        published.push(`${basic}: alice ${seenBy(alice)}, amy ${seenBy(amy)}`)
      },
    },
    clock,
    log: silentLog,
  })
  return {
    seenBy,
    takePublished: () => published.splice(0),
    takeReconsidered: () => reconsidered.splice(0),
    /** Bob's only device, to these users; what follows in this time. */
    say: (type: 'available' | 'unavailable', users: readonly Aor[], milliseconds = 1_000) => {
      const from = `${bob.slice(4)}/desk`
      for (const to of users.map((user) => user.slice(4))) {
        const presence = { from: parseJid(from)!, to: parseJid(to)! }
        contacts.handlers[type]({ ...presence, stanza: stanza('presence', { from, to, type }) })
      }
      clock.advance(milliseconds)
    },
  }
}

test('XEP-0191 §3.3: whom a contact blocks is shut out before he is shown, and stays so when he goes', async () => {
  const { say, takePublished, takeReconsidered } = await startWorld()
  say('available', [amy])
  assert.deepEqual(takePublished(), ['open: alice polite-block, amy allow'])
  assert.deepEqual(takeReconsidered(), [bob])
  say('unavailable', [amy])
  say('available', [amy])
  assert.deepEqual(takePublished(), [
    'closed: alice polite-block, amy allow',
    'open: alice polite-block, amy allow',
  ])
  assert.deepEqual(takeReconsidered(), [])
})

test('XEP-0191 §3.3: the presence agent has a moment to shut somebody out before the contact is shown', async () => {
  const { say, takePublished, takeReconsidered } = await startWorld()
  say('available', [amy], 100)
  assert.deepEqual(takeReconsidered(), [bob])
  assert.deepEqual(takePublished(), [])
  say('available', [], 100)
  assert.deepEqual(takePublished(), ['open: alice polite-block, amy allow'])
})

test('XEP-0191 §3.3: who is blocked sees the contact go, and come back afterwards; the others see nothing of it', async () => {
  const { say, takePublished, takeReconsidered, seenBy } = await startWorld()
  say('available', [alice, amy])
  assert.deepEqual(takePublished(), ['open: alice allow, amy allow'])
  say('unavailable', [alice])
  assert.equal(seenBy(alice), 'polite-block')
  assert.deepEqual(takeReconsidered(), [bob])
  say('available', [alice])
  assert.equal(seenBy(alice), 'allow')
  assert.deepEqual(takeReconsidered(), [bob])
  assert.deepEqual(takePublished(), [])
})
