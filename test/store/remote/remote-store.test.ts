/** What a member of a store adds to it: batches, memory that the change feed keeps right, and failures that keep their kind. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../../core/model/log.ts'
import type { OpenedStore } from '../../../core/model/opened-store.ts'
import { StoreUnavailable } from '../../../core/model/store-unavailable.ts'
import type { StoredDocument } from '../../../core/model/stores.ts'
import { openLevelStore } from '../../../core/store/level-store.ts'
import { RecordUnreadable } from '../../../core/store/record-unreadable.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { account, alice, bob, icon, iconId, listId, publication, text } from '../contract/sample.ts'
import { emptyFolder } from '../support/store-folder.ts'
import { behindChannel } from './remote-store.ts'

async function openOwned(t: TestContext): Promise<OpenedStore> {
  const folder = await emptyFolder(t)
  const owned = await openLevelStore({ folder, clock: createManualClock(), log: silentLog })
  t.after(() => owned.close())
  return owned
}

async function openMember(t: TestContext) {
  const owned = await openOwned(t)
  return { owned, ...(await behindChannel(owned)) }
}

test('what is asked for together goes as one message, and is answered by one', async (t) => {
  const { remote, channel } = await openMember(t)
  const before = { asked: channel.member.messages, answered: channel.owner.messages }
  await Promise.all(
    Array.from({ length: 50 }, () =>
      remote.eventState.write([{ put: 'publication', record: publication(alice) }]),
    ),
  )
  assert.equal(channel.member.messages - before.asked, 1)
  assert.equal(channel.owner.messages - before.answered, 1)
})

test('accounts, documents and icons are asked for once, until somebody changes them', async (t) => {
  const { owned, remote, channel } = await openMember(t)
  await owned.accounts.put(account(alice, ['alice']))
  await owned.documents.put(listId, text('one'), {})
  await owned.documents.put(iconId('a.png'), icon('token'), {})
  const read = async () => ({
    found: await remote.accounts.findByUsername('example.com', 'alice'),
    nobody: await remote.accounts.find(bob),
    body: Buffer.from((await remote.documents.get(listId))!.body).toString(),
    size: (await remote.documents.metadata(listId))!.size,
    icon: (await remote.documents.iconByToken('token'))?.token,
    current: (await remote.documents.currentIcon(alice))?.token,
  })
  const first = await read()
  const asked = channel.member.messages
  assert.deepEqual(await read(), first)
  assert.equal(channel.member.messages, asked)
  // Another member, or the owner itself, writes.
  await owned.accounts.put(account(bob, ['bob']))
  await owned.documents.put(listId, text('another'), {})
  await owned.documents.put(iconId('a.png'), icon('later'), {})
  // The member has heard by the time of its next answer.
  await remote.accounts.isEmpty()
  const { nobody, ...second } = await read()
  assert.equal(nobody!.aor, bob)
  assert.deepEqual(second, {
    ...{ found: first.found, body: 'another', size: 7, icon: undefined, current: 'later' },
  })
})

test('what a member has written it reads at once, whatever it had read before', async (t) => {
  const { remote } = await openMember(t)
  for (let round = 0; round < 20; round++) {
    assert.notEqual((await remote.documents.metadata(listId))?.size, round + 1)
    await remote.documents.put(listId, text('x'.repeat(round + 1)), {})
    assert.equal((await remote.documents.metadata(listId))!.size, round + 1)
    assert.equal((await remote.documents.get(listId))!.body.length, round + 1)
  }
})

test('a failure of the store is to a member what it is to its owner', async (t) => {
  const owned = await openOwned(t)
  const failing: OpenedStore = {
    ...owned,
    documents: {
      ...owned.documents,
      metadata: () => Promise.reject(new RecordUnreadable('a\0b', 'it is damaged')),
      get: () => {
        throw new StoreUnavailable('full', 'no room')
      },
      list: () => Promise.reject(new TypeError('a fault')),
    },
  }
  const { remote } = await behindChannel(failing)
  await assert.rejects(Promise.resolve(remote.documents.metadata(listId)), (error) => {
    assert.ok(error instanceof RecordUnreadable)
    assert.equal(error.key, 'a b')
    assert.equal(error.message, "the record 'a b' cannot be read: it is damaged")
    return true
  })
  await assert.rejects(Promise.resolve(remote.documents.get(listId)), (error) => {
    assert.ok(error instanceof StoreUnavailable)
    assert.equal(error.trouble, 'full')
    return true
  })
  await assert.rejects(remote.documents.list(alice), /^Error: a fault$/)
})

test('when the owner goes, what was asked and what is asked from then on is StoreUnavailable', async (t) => {
  const { remote, channel } = await openMember(t)
  const asked = remote.documents.image('0'.repeat(64))
  const streamed = remote.accounts.list()[Symbol.asyncIterator]().next()
  channel.close()
  await assert.rejects(asked, StoreUnavailable)
  await assert.rejects(streamed, StoreUnavailable)
  await assert.rejects(remote.eventState.write([]), StoreUnavailable)
})

test('a closed store rejects, after what was under way is done', async (t) => {
  const { owned, remote } = await openMember(t)
  const written = remote.documents.put(listId, text('last'), {})
  await remote.close()
  assert.equal((await written).outcome, 'created')
  assert.equal((await owned.documents.metadata(listId))!.size, 4)
  await assert.rejects(Promise.resolve(remote.documents.metadata(listId)), StoreUnavailable)
})

test('a stream is made no faster than it is read, and ends when its reader has enough', async (t) => {
  const owned = await openOwned(t)
  let made = 0
  let ended = false
  async function* endless(): AsyncIterable<StoredDocument> {
    try {
      for (;;) {
        made++
        const document = await owned.documents.get(listId)
        yield document!
      }
    } finally {
      ended = true
    }
  }
  await owned.documents.put(listId, text('x'), {})
  const { remote } = await behindChannel({
    ...owned,
    documents: { ...owned.documents, ofUsage: endless },
  })
  let read = 0
  for await (const { body } of remote.documents.ofUsage(listId.auid)) {
    assert.equal(Buffer.from(body).toString(), 'x')
    if (++read === 1000) break
  }
  await remote.accounts.isEmpty()
  assert.ok(made <= 1000 + 512, `${made} were made`)
  assert.ok(ended)
})
