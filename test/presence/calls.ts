/** Calls of alice's, as phones publish them and lamps watch them. RFC 4235. */
import assert from 'node:assert/strict'
import { serializeDialogInfo, type Dialog } from '../../core/documents/dialog-info.ts'
import { xmlElement } from '../../core/documents/xml-element.ts'
import { DIALOG_INFO_NAMESPACE } from '../../core/documents/dialog-info.ts'
import type { Phone } from './phone.ts'

export const ALICE = 'sip:alice@example.com'

export function call(state: Dialog['state'], rest: Partial<Dialog> = {}): Dialog {
  const identity = xmlElement(DIALOG_INFO_NAMESPACE, 'identity', ['sip:carol@example.com'])
  const remote = xmlElement(DIALOG_INFO_NAMESPACE, 'remote', [identity])
  return {
    id: 'd1',
    callId: 'call-1',
    localTag: 'l',
    remoteTag: 'r',
    direction: 'recipient',
    state,
    details: [remote],
    ...rest,
  }
}

/** A lamp: what it had before of the other it need not know. */
export const watchCalls = (phone: Phone, headers = ['Expires: 600']) =>
  phone.subscribe(ALICE, headers, 'dialog')

interface PublishOptions {
  readonly tag?: string
  readonly state?: 'full' | 'partial'
  readonly expires?: number
}

/** Gives the tag of the publication. */
export async function publishCalls(
  phone: Phone,
  dialogs: readonly Dialog[],
  { tag, state = 'full', expires = 3600 }: PublishOptions = {},
): Promise<{ tag: string }> {
  const info = { version: 0, state, entity: ALICE, dialogs, extensions: [] }
  const match = tag === undefined ? [] : [`SIP-If-Match: ${tag}`]
  const type = 'Content-Type: application/dialog-info+xml'
  const answer = await phone.request('PUBLISH', {
    uri: ALICE,
    headers: ['Event: dialog', type, `Expires: ${expires}`, ...match],
    body: serializeDialogInfo(info),
  })
  assert.equal(answer.status, 200)
  return { tag: answer.header('sip-etag') ?? '' }
}
