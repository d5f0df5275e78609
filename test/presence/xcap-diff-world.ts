/** A user whose XCAP documents are watched: subscriptions with a list, and what the diffs say. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { RESOURCE_LISTS_NAMESPACE } from '../../core/documents/resource-lists.ts'
import { parseXcapDiff, type XcapChange } from '../../core/documents/xcap-diff.ts'
import { auid, type DocumentId } from '../../core/model/document-id.ts'
import type { XcapUsage } from '../../core/model/xcap-usage.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { applyPatch } from '../../core/model/patch-application.ts'
import { canonical, sourceOf } from '../model/canonical-xml.ts'
import { startAgent, ICONS_URL, type HarnessOptions } from './agent-harness.ts'
import type { Phone } from './phone.ts'

export const ALICE = 'sip:alice@example.com' as Aor
export const BOB = 'sip:bob@example.com' as Aor
export const ROOT = `${ICONS_URL}/xcap-root`

function usage(name: string, readers: XcapUsage['readers'] = 'owner'): XcapUsage {
  return {
    auid: auid(name),
    defaultNamespace: name === 'resource-lists' ? RESOURCE_LISTS_NAMESPACE : '',
    readers,
    locate: ({ tree, path }) =>
      path.length === 0 ? undefined : { auid: auid(name), tree, path: path.join('/') },
    addresses: ({ path }) => [{ name, path: path.split('/') }],
  }
}

const USAGES = new Map<string, XcapUsage>([
  ['resource-lists', usage('resource-lists')],
  ['tests', usage('tests')],
  ['public', usage('public', 'everybody')],
  ['secret', { ...usage('secret'), globalReaders: 'resource-list-servers' }],
])

export function documentId(name: string, tree: DocumentId['tree'] = ALICE, path = 'index') {
  return { auid: auid(name), tree, path }
}

export async function setUp(t: TestContext, options: HarnessOptions = {}) {
  const agent = { xcapUsages: USAGES, ...options.agent }
  const harness = await startAgent(t, { ...options, agent })
  const alice = await harness.phone('alice')
  return {
    ...{ harness, alice },
    /** Gives the new version's tag. */
    put: async (id: DocumentId, body: string): Promise<string> => {
      const content = { contentType: 'application/xml', body: Buffer.from(body) }
      const outcome = await harness.store.documents.put(id, content, {})
      assert.ok('tag' in outcome)
      return outcome.tag
    },
    remove: async (id: DocumentId): Promise<void> => {
      await harness.store.documents.delete(id, {})
    },
  }
}

export interface Dialog {
  readonly callId: string
  readonly fromTag: string
  readonly toTag?: string
  readonly uri: string
}

let count = 0

/** The list's URIs stand in the body; in a dialog: a refresh, where no list at all leaves the old one. */
export async function watch(
  phone: Phone,
  uris: readonly string[] | undefined,
  { parameters = '', dialog, expires = 600 }: WatchOptions = {},
): Promise<Dialog> {
  const parts = dialog ?? { callId: `xcap-${++count}`, fromTag: `tag-${count}`, uri: phone.aor }
  const entries = uris?.map((uri) => `<entry uri="${uri.replaceAll('"', '&quot;')}"/>`).join('')
  const body = `<resource-lists xmlns="${RESOURCE_LISTS_NAMESPACE}"><list>${entries ?? ''}</list></resource-lists>`
  const type = uris ? ['Content-Type: application/resource-lists+xml'] : []
  const headers = [`Event: xcap-diff${parameters}`, `Expires: ${expires}`, ...type]
  const to = dialog ? { to: phone.aor } : {}
  const response = await phone.request('SUBSCRIBE', {
    ...{ ...parts, ...to, headers },
    body: uris ? body : '',
  })
  assert.equal(response.status, 200, response.text)
  const toTag = /;tag=([^;]+)/.exec(response.header('to') ?? '')?.[1] ?? ''
  const target = /<([^>]+)>/.exec(response.header('contact') ?? '')?.[1] ?? ''
  return { ...parts, uri: target, toTag }
}

interface WatchOptions {
  readonly parameters?: string
  readonly dialog?: Dialog
  readonly expires?: number
}

/** What the next NOTIFY tells. */
export async function told(phone: Phone): Promise<readonly XcapChange[]> {
  const notify = await phone.notify()
  assert.equal(notify.header('content-type'), 'application/xcap-diff+xml')
  const reading = parseXcapDiff(sourceOf(notify.body))
  assert.ok(reading.error === undefined, notify.body)
  assert.equal(reading.value.xcapRoot, `${ROOT}/`)
  return reading.value.changes
}

/** The same in short: `tests/…/index a→b`. */
export async function inShort(phone: Phone): Promise<string[]> {
  return (await told(phone)).map(shortly)
}

function shortly(change: XcapChange): string {
  switch (change.kind) {
    case 'document': {
      const patch = change.patch ? ` by ${change.patch.length}` : ''
      return `${change.selector} ${change.previousTag ?? ''}→${change.newTag ?? ''}${patch}`
    }
    case 'element':
      return `${change.selector} ${change.exists ? (change.content ?? 'unsaid') : 'gone'}`
    case 'attribute':
      return `${change.selector} ${change.value ?? 'gone'}`
  }
}

/** Whether the change's patch makes the one text of the other. */
export function assertPatches(change: XcapChange | undefined, before: string, after: string): void {
  assert.ok(change?.kind === 'document' && change.patch, 'a patch')
  const outcome = applyPatch(sourceOf(before), change.patch)
  assert.ok(outcome.fault === undefined, outcome.fault)
  assert.equal(canonical(outcome.document.text), canonical(after))
}
