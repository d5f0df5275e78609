/**
 * Two people at their terminals, in a domain where everybody has to ask: `visage contacts` and `visage xcap`.
 *
 *   alice                            Visage                            bob
 *     |--- contacts add bob ---------->|                                 |
 *     |    none, asked                 |                                 |
 *     |                                |<---------- watch alice ---------|
 *     |    none, wants to see you      |                                 |
 *     |--- contacts allow bob -------->|                                 |
 *     |    from                        |                                 |
 *     |--- xcap put …/display-name --->|  one node, nothing else         |
 *     |--- contacts block bob -------->|                                 |
 *     |    blocked                     |                                 |
 *     |--- contacts remove, forget --->|                                 |
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  run,
  start,
  startVisage,
  type Running,
  type VisageProcess,
} from '../support/visage-process.ts'

interface Shown {
  readonly address: string
  readonly name?: string
  readonly relation: 'none' | 'to' | 'from' | 'both'
  readonly pendingOut: boolean
  readonly pendingIn: boolean
  readonly handling?: string
}

const ENTRY =
  'resource-lists/index/~~/resource-lists/list/entry[@uri="sip:bob@localhost"]/display-name'

let visage: VisageProcess
let watching: Running

before(async () => {
  visage = await startVisage({
    users: ['alice@localhost', 'bob@localhost'],
    config: { presence: { defaultPolicy: 'confirm' } },
  })
})

after(async () => {
  await watching.stop()
  await visage.end()
})

async function alice(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run('visage', [...args, ...visage.as('alice@localhost')])
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
  return stdout
}

/** Bob as alice's terminal shows him; undefined: not at all. */
async function bobOnTheList(...flags: readonly string[]): Promise<Shown | undefined> {
  const shown = await alice('contacts', 'list', '--json', ...flags)
  const { contacts } = JSON.parse(shown) as { contacts: readonly Shown[] }
  return contacts.find(({ address }) => address === 'sip:bob@localhost')
}

test('added, asked, wants to see you, allowed, both, blocked, and gone', async () => {
  assert.equal(await bobOnTheList(), undefined)
  await alice('contacts', 'add', 'bob@localhost', '--name', 'Bob', '--group', 'Work')
  const added = await bobOnTheList()
  assert.equal(added?.name, 'Bob')
  assert.deepEqual([added.relation, added.pendingOut, added.pendingIn], ['none', true, false])

  const bob = visage.as('bob@localhost')
  watching = start('visage', ['watch', 'alice@localhost', '--json', ...bob])
  await watching.line((line) => line.includes('"pending"'))
  const asked = await bobOnTheList()
  assert.deepEqual([asked?.relation, asked?.pendingOut, asked?.pendingIn], ['none', true, true])

  await alice('contacts', 'allow', 'bob@localhost')
  const allowed = await bobOnTheList()
  assert.deepEqual([allowed?.relation, allowed?.handling], ['from', 'allow'])
  assert.equal((await bobOnTheList('--offline'))?.relation, 'both')

  await alice('contacts', 'block', 'bob@localhost')
  const blocked = await bobOnTheList('--offline')
  assert.deepEqual([blocked?.relation, blocked?.handling], ['to', 'block'])

  await alice('contacts', 'remove', 'bob@localhost')
  await alice('contacts', 'forget', 'bob@localhost')
  const file = join(visage.folder, 'rules.xml')
  await alice('xcap', 'get', 'pres-rules/index', '-o', file)
  assert.match(await readFile(file, 'utf8'), /^<\?xml(?![^]*bob@localhost)/)
})

test('one node is put, read and deleted by its selector, by the tag that was printed', async () => {
  await alice('contacts', 'add', 'bob@localhost', '--name', 'Bob')
  const { etag } = JSON.parse(
    await alice('xcap', 'put', ENTRY, '--text', '<display-name>Robert</display-name>', '--json'),
  ) as { etag: string }
  assert.equal((await bobOnTheList('--offline'))?.name, 'Robert')
  const stale = ['xcap', 'delete', ENTRY, '--if-match', 'of-before']
  const refused = await run('visage', [...stale, ...visage.as('alice@localhost')])
  assert.equal(refused.code, 1)
  await alice('xcap', 'delete', ENTRY, '--if-match', etag)
  const gone = await run('visage', ['xcap', 'get', ENTRY, ...visage.as('alice@localhost')])
  assert.equal(gone.code, 1)
  assert.match(gone.stderr, /404/)
})

test('capabilities are printed for anybody who asks with an account', async () => {
  assert.match(await alice('xcap', 'caps'), /resource-lists[^]*urn:ietf:params:xml:ns:pres-rules/)
})
