/** Documents, icons and accounts for the tests of a store. */
import { createHash, randomBytes } from 'node:crypto'
import type { Account } from '../../../core/model/account.ts'
import { auid, PRES_CONTENT, type DocumentId } from '../../../core/model/document-id.ts'
import type { SubscriptionRecord } from '../../../core/model/event-state.ts'
import { newEntityTag } from '../../../core/model/entity-tag.ts'
import type { DocumentContent } from '../../../core/model/stores.ts'
import type { Aor } from '../../../core/uri/aor.ts'

export const alice = 'sip:alice@example.com' as Aor
export const bob = 'sip:bob@example.com' as Aor

export const listId: DocumentId = { auid: auid('resource-lists'), tree: alice, path: 'index' }

export function iconId(name: string, tree = alice): DocumentId {
  return { auid: PRES_CONTENT, tree, path: `oma_status-icon/${name}` }
}

export function text(body: string): DocumentContent {
  return { contentType: 'application/resource-lists+xml', body: Buffer.from(body) }
}

export function hash(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

/** An icon document as an XCAP server makes it: the image in base64 inside XML. */
export function icon(token: string, bytes: Uint8Array = randomBytes(500)): DocumentContent {
  const base64 = Buffer.from(bytes).toString('base64')
  return {
    contentType: 'application/vnd.oma.pres-content+xml',
    body: Buffer.from(`<?xml version="1.0"?>\n<content><data>${base64}</data></content>\n`),
    icon: {
      mediaType: 'image/png',
      width: 96,
      height: 48,
      size: bytes.length,
      hash: hash('sha256', bytes),
      sha1: hash('sha1', bytes),
      bytes,
      token,
    },
  }
}

export function account(
  aor: Aor,
  usernames: readonly string[],
  aliases: readonly Aor[] = [],
): Account {
  return {
    aor,
    aliases,
    name: 'Somebody',
    credentials: usernames.map((username) => ({
      username,
      realm: 'example.com',
      algorithm: 'MD5',
      ha1: hash('sha1', Buffer.from(username)),
    })),
  }
}

export function publication(presentity: Aor, body = '<presence/>') {
  const tag = newEntityTag()
  return {
    presentity,
    eventPackage: 'presence',
    id: String(tag),
    tag,
    contentType: 'application/pidf+xml',
    body,
    publishedAt: 1_000,
    expiresAt: 2_000,
  }
}

export function subscription(id: string): SubscriptionRecord {
  return {
    id,
    presentity: alice,
    watcher: bob,
    eventPackage: 'presence',
    event: 'presence;id=7',
    accept: ['application/pidf+xml'],
    watcherProfile: 'default',
    expiresAt: 3_000,
    callId: 'c@x',
    localTag: 'l',
    remoteTag: 'r',
    localUri: alice,
    remoteUri: bob,
    remoteTarget: 'sip:bob@192.0.2.1',
    routeSet: ['<sip:p;lr>'],
    remoteCseq: 5,
    cseqReserved: 64,
    flow: {
      transport: 'udp',
      localAddress: '127.0.0.1',
      localPort: 5060,
      remoteAddress: '127.0.0.1',
      remotePort: 5070,
    },
  }
}
