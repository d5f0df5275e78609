/** Contract of an event state store and of a secret store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventStateWrite } from '../../../core/model/event-state.ts'
import { newEntityTag } from '../../../core/model/entity-tag.ts'
import { alice, bob, publication, subscription } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

function binding(contact: string) {
  return { aor: alice, contact, callId: 'c', cseq: 1, expiresAt: 9, parameters: ';ob' }
}

export function eventStateContract(open: OpenStore): void {
  test('publications, subscriptions and bindings survive a restart', async (t) => {
    const under = await open(t)
    const first = publication(alice, '<presence>ü €</presence>')
    const second = publication(bob)
    const watching = subscription('s1')
    const contact = binding('sip:alice@192.0.2.1;transport=tcp')
    await under.stores().eventState.write([
      { put: 'publication', record: first },
      { put: 'subscription', record: watching },
      { put: 'binding', record: contact },
    ])
    await under.stores().eventState.write([{ put: 'publication', record: second }])
    const { eventState } = await under.restart()
    assert.deepEqual(await all(eventState.publications()), [first, second])
    assert.deepEqual(await all(eventState.subscriptions()), [watching])
    assert.deepEqual(await all(eventState.bindings()), [contact])
  })

  test('a record is replaced by its own name and removed by it, and no other is', async (t) => {
    const under = await open(t)
    const { eventState } = under.stores()
    const kept = publication(alice)
    const gone = publication(alice)
    const longer = { ...subscription('s1'), expiresAt: 99 }
    await eventState.write([
      { put: 'publication', record: kept },
      { put: 'publication', record: gone },
      { put: 'subscription', record: subscription('s1') },
      { put: 'subscription', record: subscription('s2') },
      { put: 'binding', record: binding('sip:a') },
      { put: 'binding', record: binding('sip:b') },
    ])
    await eventState.write([
      { remove: 'publication', presentity: alice, eventPackage: 'presence', id: gone.id },
      { remove: 'publication', presentity: bob, eventPackage: 'presence', id: kept.id },
      { remove: 'publication', presentity: alice, eventPackage: 'presence', id: newEntityTag() },
      { put: 'subscription', record: longer },
      { remove: 'subscription', id: 's2' },
      { remove: 'binding', aor: alice, contact: 'sip:b' },
    ])
    assert.deepEqual(await all(eventState.publications()), [kept])
    assert.deepEqual(await all(eventState.subscriptions()), [longer])
    assert.deepEqual(await all(eventState.bindings()), [binding('sip:a')])
  })

  test('RFC 3903 §6: a modified publication takes the place of what it was, under its new tag', async (t) => {
    const under = await open(t)
    const published = publication(alice, '<presence>first</presence>')
    const modified = { ...published, tag: newEntityTag(), body: 'second,\nin two lines' }
    const { eventState } = under.stores()
    await eventState.write([{ put: 'publication', record: published }])
    await eventState.write([{ put: 'publication', record: modified }])
    const restarted = await under.restart()
    assert.deepEqual(await all(restarted.eventState.publications()), [modified])
  })

  test('writes of one turn are applied in the order in which they were asked for', async (t) => {
    const { eventState } = (await open(t)).stores()
    const writes: EventStateWrite[][] = []
    for (let round = 1; round <= 50; round++) {
      writes.push([{ put: 'subscription', record: { ...subscription('s'), remoteCseq: round } }])
      if (round % 2) writes.push([{ remove: 'subscription', id: 's' }])
    }
    await Promise.all([eventState.write([]), ...writes.map((write) => eventState.write(write))])
    const [found] = await all(eventState.subscriptions())
    assert.equal(found!.remoteCseq, 50)
  })

  test('a secret is 32 random bytes, the same for all who ask, and after a restart', async (t) => {
    const under = await open(t)
    const { secrets } = under.stores()
    const [one, two] = await Promise.all([
      secrets.secret('icon-token'),
      secrets.secret('icon-token'),
    ])
    const other = await secrets.secret('digest-nonce')
    assert.equal(one.length, 32)
    assert.deepEqual(one, two)
    assert.notDeepEqual(one, other)
    const again = await under.restart()
    assert.deepEqual(await again.secrets.secret('icon-token'), one)
    assert.deepEqual(await again.secrets.secret('digest-nonce'), other)
  })
}
