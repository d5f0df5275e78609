/** Contract of a document store that is asked for all documents of an application usage. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auid, PRES_CONTENT, type Auid } from '../../../core/model/document-id.ts'
import type { DocumentStore } from '../../../core/model/stores.ts'
import { alice, bob, icon, iconId, text } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

const services = auid('rls-services')
const serviceId = (tree: typeof alice | 'global', path = 'index') => ({
  auid: services,
  tree,
  path,
})

async function found(documents: DocumentStore, usage: Auid = services): Promise<string[]> {
  const lines: string[] = []
  for await (const { id, body } of documents.ofUsage(usage)) {
    lines.push(`${id.tree} ${id.path} ${Buffer.from(body).toString().slice(0, 10)}`)
  }
  return lines
}

export function usageContract(open: OpenStore): void {
  test('the documents of a usage are found in every tree, and no others', async (t) => {
    const { documents } = (await open(t)).stores()
    await documents.put(serviceId(bob), text('b'), {})
    await documents.put(serviceId(alice), text('a'), {})
    await documents.put(serviceId(alice, 'x/y'), text('x'.repeat(20_000)), {})
    await documents.put(serviceId('global'), text('g'), {})
    await documents.put({ ...serviceId(bob), auid: auid('rls-services.more') }, text('other'), {})
    await documents.put({ ...serviceId(bob), auid: auid('rls') }, text('other'), {})
    assert.deepEqual(await found(documents), [
      'global index g',
      'sip:alice@example.com index a',
      'sip:alice@example.com x/y xxxxxxxxxx',
      'sip:bob@example.com index b',
    ])
    assert.deepEqual(await found(documents, auid('pres-rules')), [])
  })

  test('a document of a usage is found as it is now, and not when it is gone', async (t) => {
    const under = await open(t)
    const { documents } = under.stores()
    await documents.put(serviceId(alice), text('old'), {})
    await documents.put(serviceId(alice), text('new'), {})
    await documents.put(serviceId(bob), text('gone'), {})
    await documents.delete(serviceId(bob), {})
    assert.deepEqual(await found(documents), ['sip:alice@example.com index new'])
    const later = (await under.restart()).documents
    assert.deepEqual(await found(later), ['sip:alice@example.com index new'])
  })

  test('what changes while the documents of a usage are read is given as it is by then', async (t) => {
    const { documents } = (await open(t)).stores()
    await documents.put(serviceId(alice), text('a'), {})
    await documents.put(serviceId(bob), text('old'), {})
    const bodies: string[] = []
    for await (const { body } of documents.ofUsage(services)) {
      bodies.push(Buffer.from(body).toString())
      await documents.put(serviceId(bob), text('new'), {})
    }
    assert.deepEqual(bodies, ['a', 'new'])
  })

  test('documents with an icon are left out, one that carries none any more is not', async (t) => {
    const { documents } = (await open(t)).stores()
    await documents.put(iconId('a.png'), icon('a'), {})
    await documents.put(iconId('b.png'), icon('b'), {})
    await documents.put(iconId('b.png'), text('bare'), {})
    await documents.put(iconId('c.png'), text('bare'), {})
    await documents.put(iconId('c.png'), icon('c'), {})
    assert.deepEqual(await found(documents, PRES_CONTENT), [
      'sip:alice@example.com oma_status-icon/b.png bare',
    ])
  })
}
