/** Contract of a document store: which icon is a presentity's current one. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { auid } from '../../../core/model/document-id.ts'
import type { Aor } from '../../../core/uri/aor.ts'
import { alice, bob, icon, iconId, text } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

export function currentIconContract(open: OpenStore): void {
  test('the icon stored last is the current one, whatever its name', async (t) => {
    const { documents } = (await open(t)).stores()
    assert.equal(await documents.currentIcon(alice), undefined)
    await documents.put(iconId('b.png'), icon('first'), {})
    await documents.put(iconId('a.png'), icon('second'), {})
    assert.equal((await documents.currentIcon(alice))!.token, 'second')
    await documents.put(iconId('b.png'), icon('third'), {})
    const current = await documents.currentIcon(alice)
    assert.deepEqual(current, { ...(await documents.metadata(iconId('b.png'))), token: 'third' })
    assert.equal(await documents.currentIcon(bob), undefined)
  })

  test('when the current icon goes, the one stored before it follows', async (t) => {
    const { documents } = (await open(t)).stores()
    for (const name of ['z', 'm', 'a', 'k']) await documents.put(iconId(name), icon(name), {})
    const order: unknown[] = []
    for (const name of ['k', 'z', 'a', 'm']) {
      await documents.delete(iconId(name), {})
      order.push((await documents.currentIcon(alice))?.token)
    }
    assert.deepEqual(order, ['a', 'a', 'm', undefined])
  })

  test('a document without an image is no icon, in any application usage', async (t) => {
    const { documents } = (await open(t)).stores()
    await documents.put(iconId('a.png'), icon('a'), {})
    await documents.put(iconId('b.xml'), text('no image'), {})
    await documents.put({ auid: auid('other'), tree: alice, path: 'c' }, icon('c'), {})
    await documents.put({ ...iconId('d.png'), tree: 'global' }, icon('d'), {})
    assert.equal((await documents.currentIcon(alice))!.token, 'a')
    await documents.put(iconId('a.png'), text('not any more'), {})
    assert.equal(await documents.currentIcon(alice), undefined)
  })

  test('whoever has an icon document is an owner of icons, once, and nobody else', async (t) => {
    const { documents } = (await open(t)).stores()
    const owners = async () => {
      const found: Aor[] = []
      for await (const owner of documents.iconOwners()) found.push(owner)
      return found
    }
    await documents.put(iconId('a.png'), icon('a'), {})
    await documents.put(iconId('b.png'), icon('b'), {})
    await documents.put({ ...iconId('c.xml'), tree: bob }, text('no image'), {})
    assert.deepEqual(await owners(), [alice])
    await documents.put({ ...iconId('d.png'), tree: bob }, icon('d'), {})
    await documents.delete(iconId('a.png'), {})
    assert.deepEqual((await owners()).toSorted(), [alice, bob].toSorted())
    await documents.delete(iconId('b.png'), {})
    assert.deepEqual(await owners(), [bob])
  })

  test('a token leads to an icon only as long as that is its owner’s current one', async (t) => {
    const { documents } = (await open(t)).stores()
    await documents.put(iconId('a.png'), icon('one'), {})
    assert.equal((await documents.iconByToken('one'))!.id.path, 'oma_status-icon/a.png')
    await documents.put(iconId('b.png'), icon('two'), {})
    assert.equal(await documents.iconByToken('one'), undefined)
    assert.equal((await documents.iconByToken('two'))!.id.path, 'oma_status-icon/b.png')
    await documents.delete(iconId('b.png'), {})
    assert.equal(await documents.iconByToken('two'), undefined)
    assert.equal((await documents.iconByToken('one'))!.id.path, 'oma_status-icon/a.png')
    await documents.delete(iconId('a.png'), {})
    assert.equal(await documents.iconByToken('one'), undefined)
    assert.equal(await documents.iconByToken('never'), undefined)
  })

  test('the same image under two names keeps its token when one of them goes', async (t) => {
    const { documents } = (await open(t)).stores()
    const image = randomBytes(100)
    await documents.put(iconId('a.png'), icon('same', image), {})
    await documents.put(iconId('b.png'), icon('same', image), {})
    await documents.delete(iconId('b.png'), {})
    assert.equal((await documents.iconByToken('same'))!.id.path, 'oma_status-icon/a.png')
  })

  test('current icon and token survive a restart, after a deletion too', async (t) => {
    const under = await open(t)
    for (const name of ['a', 'b', 'c'])
      await under.stores().documents.put(iconId(name), icon(name), {})
    await under.stores().documents.delete(iconId('c'), {})
    await under.stores().documents.put(iconId('x', bob), icon('x'), {})
    const { documents } = await under.restart()
    assert.equal((await documents.currentIcon(alice))!.token, 'b')
    assert.equal((await documents.currentIcon(bob))!.token, 'x')
    assert.equal((await documents.iconByToken('b'))!.token, 'b')
    await documents.put(iconId('a'), icon('a2'), {})
    assert.equal((await documents.currentIcon(alice))!.token, 'a2')
  })

  test('the current icon is right at any moment while many are written', async (t) => {
    const { documents, changes } = (await open(t)).stores()
    const stale: number[] = []
    let heard = 0
    changes.subscribe(() => {
      // The first change is number 1: nobody who hears the n-th may be shown an icon from before it.
      const sequence = ++heard
      void Promise.resolve(documents.currentIcon(alice)).then((current) => {
        if (current!.sequence < sequence) stale.push(sequence)
      })
    })
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => documents.put(iconId(`${n % 7}`), icon(`t${n}`), {})),
    )
    assert.equal(heard, 50)
    assert.deepEqual(stale, [])
    const newest = [...(await documents.list(alice))].sort((a, b) => b.sequence - a.sequence)[0]
    assert.equal((await documents.currentIcon(alice))!.tag, newest!.tag)
  })
}
