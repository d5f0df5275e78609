/** A watcher of partial presence: keeps its own copy, and applies to it what it is told. RFC 5263 §4.5. */
import assert from 'node:assert/strict'
import { PIDF_DIFF_MEDIA_TYPE, parsePartialPresence } from '../../core/documents/pidf-diff.ts'
import { applyPatch } from '../../core/model/patch-application.ts'
import { sourceOf } from '../model/canonical-xml.ts'
import type { Phone } from './phone.ts'

export interface PartialNotification {
  readonly kind: 'full' | 'diff'
  readonly version: number
  readonly octets: number
  /** The watcher's copy from now on. */
  readonly copy: string
}

export const PARTIAL = `Accept: application/pidf+xml;q=0.3, ${PIDF_DIFF_MEDIA_TYPE};q=1`

export function createPartialWatcher(phone: Phone) {
  let copy = ''
  let version = 0

  function apply(body: string): PartialNotification {
    const reading = parsePartialPresence(sourceOf(body))
    assert.ok(reading.error === undefined, body)
    const document = reading.value
    if (document.kind === 'full') copy = document.presence
    else {
      // A gap: something was lost. §4.5
      assert.equal(document.version, version + 1)
      const outcome = applyPatch(sourceOf(copy), document.operations)
      assert.ok(outcome.fault === undefined, `${outcome.fault}\n${copy}\n${body}`)
      copy = outcome.document.text
    }
    assert.ok(document.version > version)
    version = document.version
    return { kind: document.kind, version, octets: body.length, copy }
  }

  return {
    async told(status = 200): Promise<PartialNotification> {
      const notify = await phone.notify(status)
      assert.equal(notify.header('content-type'), PIDF_DIFF_MEDIA_TYPE)
      return apply(notify.body)
    },
  }
}
