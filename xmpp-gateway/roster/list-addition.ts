/** List addition: puts a contact on a user's contact list, and leaves every other byte of it as it was. RFC 4826 §3.4, RFC 4825 §8.2.3. */
import type { Reading } from '../../core/documents/reading.ts'
import {
  listMemberElement,
  parseResourceLists,
  RESOURCE_LISTS_MEDIA_TYPE,
  RESOURCE_LISTS_NAMESPACE,
  serializeResourceLists,
} from '../../core/documents/resource-lists.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import { DEFAULT_XML_LIMITS, UNLIMITED_XML } from '../../core/documents/xml-tree-builder.ts'
import { writeXml } from '../../core/documents/xml-writer.ts'
import { contactAddition } from '../../core/model/contact-addition.ts'
import { INDEX_DOCUMENT, RESOURCE_LISTS } from '../../core/model/document-id.ts'
import { putNode } from '../../core/model/node-operations.ts'
import { parseNodeSelector } from '../../core/model/node-selector.ts'
import type { Allowance, DocumentStore, StoredDocument } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface ListAdditionOptions {
  readonly documents: Pick<DocumentStore, 'get' | 'put'>
  readonly allowance: Allowance
  /** Longest document, in bytes. */
  readonly documentBytes: number
}

/** How often others may replace the document before it is given up. */
const ATTEMPTS = 10

/** Rejects when there is no room, or what is stored there is no document of lists. */
export async function addToList(
  user: Aor,
  contact: Aor,
  { documents, allowance, documentBytes }: ListAdditionOptions,
): Promise<void> {
  const id = { auid: RESOURCE_LISTS, tree: user, path: INDEX_DOCUMENT }
  for (let left = ATTEMPTS; left > 0; left--) {
    const stored = await documents.get(id)
    const text = withContact(stored, contact, documentBytes)
    if (text === undefined) return
    const content = { contentType: RESOURCE_LISTS_MEDIA_TYPE, body: Buffer.from(text) }
    const conditions = stored ? { ifMatch: [stored.tag] } : { ifNoneMatch: '*' as const }
    const { outcome } = await documents.put(id, content, conditions, allowance)
    if (outcome === 'created' || outcome === 'replaced') return
    if (outcome === 'no-room') throw new Error('the user has no room for another document')
  }
  throw new Error('the document changes faster than it can be edited')
}

/** Undefined: he stands there already. */
function withContact(
  stored: StoredDocument | undefined,
  contact: Aor,
  documentBytes: number,
): string | undefined {
  const source = stored && valueOf(readSource(stored.body, UNLIMITED_XML))
  const lists = source ? valueOf(parseResourceLists(source.root)) : []
  const edit = contactAddition(lists, { address: contact })
  if (!edit) return undefined
  if (!source) return serializeResourceLists(edit.member.kind === 'list' ? [edit.member] : [])
  const selector = parseNodeSelector(edit.node, { defaultNamespace: RESOURCE_LISTS_NAMESPACE })
  if (typeof selector === 'string') throw new Error(`the place on the list is ${selector}`)
  const element = writeXml(
    listMemberElement(edit.member),
    new Map([[RESOURCE_LISTS_NAMESPACE, '']]),
  ).replace(XML_DECLARATION, '')
  const limits = { ...DEFAULT_XML_LIMITS, maxLength: documentBytes }
  const edited = putNode(source, selector, element, limits)
  if (edited.kind === 'edited') return edited.document.text
  throw new Error(edited.kind === 'conflict' ? edited.detail : 'the list is gone')
}

const XML_DECLARATION = /^<\?xml[^>]*\?>\s*/

function valueOf<T>(reading: Reading<T>): T {
  if (reading.error !== undefined) throw new Error(reading.detail)
  return reading.value
}
