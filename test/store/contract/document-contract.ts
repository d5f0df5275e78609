/** Contract of a document store. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Change } from '../../../core/model/change-feed.ts'
import { auid } from '../../../core/model/document-id.ts'
import { newEntityTag } from '../../../core/model/entity-tag.ts'
import type { DocumentMetadata, DocumentStore, WriteOutcome } from '../../../core/model/stores.ts'
import { alice, bob, hash, icon, iconId, listId, text } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

function tagOf(outcome: WriteOutcome) {
  assert.ok('tag' in outcome, `a write without a tag: ${outcome.outcome}`)
  return outcome.tag
}

async function bodyOf(documents: DocumentStore, id = listId): Promise<string | undefined> {
  const found = await documents.get(id)
  return found && Buffer.from(found.body).toString()
}

/** Reads the number in a document and writes it back one higher, until nobody came between. */
async function increment(documents: DocumentStore): Promise<void> {
  for (;;) {
    const before = await documents.get(listId)
    assert.ok(before)
    const next = text(String(Number(Buffer.from(before.body).toString()) + 1))
    const { outcome } = await documents.put(listId, next, { ifMatch: [before.tag] })
    if (outcome === 'replaced') return
  }
}

export function documentContract(open: OpenStore): void {
  test('a document comes back byte for byte with its metadata', async (t) => {
    const under = await open(t)
    const { documents } = under.stores()
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x3c, 0x61, 0x2f, 0x3e, 0x0d, 0x0a, 0x00, 0xff])
    const outcome = await documents.put(listId, { contentType: 'text/x', body }, {})
    const found = await documents.get(listId)
    assert.equal(outcome.outcome, 'created')
    assert.deepEqual(Buffer.from(found!.body), body)
    assert.deepEqual(await documents.metadata(listId), {
      id: listId,
      tag: tagOf(outcome),
      storedAt: under.clock.now(),
      sequence: found!.sequence,
      contentType: 'text/x',
      size: body.length,
    })
  })

  test('an absent document is undefined, and deleting it is absent', async (t) => {
    const { documents } = (await open(t)).stores()
    assert.equal(await documents.get(listId), undefined)
    assert.equal(await documents.metadata(listId), undefined)
    assert.deepEqual(await documents.delete(listId, {}), { outcome: 'absent' })
    assert.deepEqual(await documents.delete(listId, { ifMatch: '*' }), { outcome: 'absent' })
  })

  test('every write gives a new tag and a higher sequence number, the same bytes too', async (t) => {
    const { documents } = (await open(t)).stores()
    const first = await documents.put(listId, text('same'), {})
    const before = await documents.metadata(listId)
    const second = await documents.put(listId, text('same'), {})
    const after = await documents.metadata(listId)
    assert.equal(second.outcome, 'replaced')
    assert.notEqual(tagOf(first), tagOf(second))
    assert.equal(after!.tag, tagOf(second))
    assert.ok(after!.sequence > before!.sequence)
  })

  test('RFC 9110 §13.1: a condition that does not hold leaves the document and names its tag', async (t) => {
    const { documents } = (await open(t)).stores()
    const absent = await documents.put(listId, text('a'), { ifMatch: '*' })
    assert.deepEqual(absent, { outcome: 'precondition-failed' })
    const current = tagOf(await documents.put(listId, text('a'), { ifNoneMatch: '*' }))
    const failed = { outcome: 'precondition-failed', current }
    assert.deepEqual(await documents.put(listId, text('b'), { ifNoneMatch: '*' }), failed)
    assert.deepEqual(await documents.put(listId, text('b'), { ifNoneMatch: [current] }), failed)
    assert.deepEqual(await documents.put(listId, text('b'), { ifMatch: [newEntityTag()] }), failed)
    assert.deepEqual(await documents.delete(listId, { ifMatch: [newEntityTag()] }), failed)
    assert.equal(await bodyOf(documents), 'a')
    assert.equal(
      (await documents.put(listId, text('b'), { ifMatch: [current] })).outcome,
      'replaced',
    )
    assert.equal((await documents.delete(listId, { ifMatch: '*' })).outcome, 'deleted')
    assert.equal(await bodyOf(documents), undefined)
  })

  test('a hundred concurrent compare-and-swap increments lose none', async (t) => {
    const { documents } = (await open(t)).stores()
    await documents.put(listId, text('0'), {})
    await Promise.all(Array.from({ length: 100 }, () => increment(documents)))
    assert.equal(await bodyOf(documents), '100')
  })

  test('of many that create the same document at once exactly one does', async (t) => {
    const { documents } = (await open(t)).stores()
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        documents.put(listId, text(`${n}`), { ifNoneMatch: '*' }),
      ),
    )
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'created').length, 1)
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'precondition-failed').length, 19)
  })

  test('a tree is listed by AUID and path, without what belongs to others', async (t) => {
    const { documents } = (await open(t)).stores()
    const rules = { auid: auid('pres-rules'), tree: alice, path: 'index' }
    const ids = [listId, iconId('b.png'), rules, iconId('a.png')]
    const strange = { auid: auid('pres-rules'), tree: alice, path: 'a/ü\u0000 \u0001' }
    const others = [
      { ...listId, tree: bob },
      { ...listId, tree: 'sip:alice@example.com.org' as typeof alice },
      { ...listId, tree: 'global' as const },
    ]
    for (const id of [...ids, strange, ...others]) await documents.put(id, text('x'), {})
    const listed = (await documents.list(alice)).map(({ id }) => id)
    assert.deepEqual(listed, [iconId('a.png'), iconId('b.png'), strange, rules, listId])
    const ofUsage = await documents.list(alice, auid('pres-rules'))
    assert.deepEqual(
      ofUsage.map(({ id }) => id),
      [strange, rules],
    )
    assert.deepEqual(await documents.list(alice, auid('pres')), [])
    assert.equal((await documents.list('global')).length, 1)
  })

  test('an icon document and its image come back byte for byte', async (t) => {
    const { documents } = (await open(t)).stores()
    const large = randomBytes(200_000)
    const plain = icon('t1', large)
    const folded = {
      ...plain,
      body: Buffer.from(large.toString('base64').replace(/.{76}/g, '$&\r\n')),
    }
    for (const [name, content] of Object.entries({ 'plain.png': plain, 'folded.png': folded })) {
      await documents.put(iconId(name), content, {})
      const found = await documents.get(iconId(name))
      assert.deepEqual(Buffer.from(found!.body), Buffer.from(content.body))
      assert.equal(found!.size, content.body.length)
      const { bytes, token, ...known } = content.icon!
      assert.deepEqual({ ...found!.icon, token }, { ...known, token })
      assert.deepEqual(Buffer.from((await documents.image(hash('sha256', bytes)))!), large)
    }
  })

  test('an image that two documents carry stays until the second is gone', async (t) => {
    const { documents } = (await open(t)).stores()
    const bytes = randomBytes(300)
    const name = hash('sha256', bytes)
    await documents.put(iconId('a.png'), icon('ta', bytes), {})
    await documents.put(iconId('b.png', bob), icon('tb', bytes), {})
    await documents.put(iconId('a.png'), icon('tc'), {})
    assert.ok(await documents.image(name))
    await documents.delete(iconId('b.png', bob), {})
    // The bytes may be cleared away a little later.
    for (let tries = 0; tries < 200 && (await documents.image(name)); tries++) {
      await new Promise((next) => setImmediate(next))
    }
    assert.equal(await documents.image(name), undefined)
    assert.equal(await documents.image('../../etc/passwd'), undefined)
  })

  test('an image that is replaced by itself, again and again, is never lost', async (t) => {
    const { documents } = (await open(t)).stores()
    const bytes = randomBytes(300)
    for (let round = 0; round < 20; round++) {
      await Promise.all([
        documents.delete(iconId('a.png'), {}),
        documents.put(iconId('b.png'), icon('tb', bytes), {}),
        documents.delete(iconId('b.png'), {}),
        documents.put(iconId('a.png'), icon('ta', bytes), {}),
      ])
      for (const { icon: held } of await documents.list(alice)) {
        assert.deepEqual(Buffer.from((await documents.image(held!.hash))!), bytes)
      }
    }
  })

  test('changes are heard once, in order, when they can be read already', async (t) => {
    const { documents, changes } = (await open(t)).stores()
    const heard: Change[] = []
    const stop = changes.subscribe((change) => {
      heard.push(change)
      throw new Error('a listener that fails hinders nobody')
    })
    const reading: Promise<DocumentMetadata | undefined>[] = []
    changes.subscribe(() => void reading.push(Promise.resolve(documents.metadata(listId))))
    const [a, b] = await Promise.all([
      documents.put(listId, text('a'), {}),
      documents.put(listId, text('b'), {}),
    ])
    await documents.put(listId, text('c'), { ifMatch: [tagOf(a)] })
    const c = await documents.delete(listId, {})
    stop()
    await documents.put(listId, text('d'), {})
    assert.deepEqual(heard, [
      { kind: 'document', id: listId, after: tagOf(a) },
      { kind: 'document', id: listId, before: tagOf(a), after: tagOf(b) },
      { kind: 'document', id: listId, before: tagOf(c) },
    ])
    assert.equal(tagOf(c), tagOf(b))
    const read = await Promise.all(reading)
    assert.equal(read.length, 4)
    assert.equal(read[2], undefined)
  })

  test('documents, tags and the order of writing survive a restart', async (t) => {
    const under = await open(t)
    const put = await under.stores().documents.put(listId, text('kept'), {})
    const before = await under.stores().documents.metadata(listId)
    const { documents } = await under.restart()
    assert.deepEqual(await documents.metadata(listId), before)
    assert.equal(await bodyOf(documents), 'kept')
    await documents.put(listId, text('later'), { ifMatch: [tagOf(put)] })
    assert.ok((await documents.metadata(listId))!.sequence > before!.sequence)
  })
}
