/** Presence documents in parts: application/pidf-diff+xml. RFC 5262, RFC 5263. */
import { attributeValue } from '../../core/documents/attribute-value.ts'
import {
  numbered,
  PIDF_DIFF_MEDIA_TYPE,
  pidfDiff,
  pidfFull,
  type Unnumbered,
} from '../../core/documents/pidf-diff.ts'
import { xmlDifference } from '../../core/model/xml-difference.ts'
import type { PartialForm } from '../event-package.ts'

export const PARTIAL_PIDF: PartialForm = {
  contentType: PIDF_DIFF_MEDIA_TYPE,
  whole: (document) => numbering(pidfFull(document)),
  difference(before, after) {
    const operations = xmlDifference(before, after)
    if (!operations) return undefined
    const difference = pidfDiff(entityOf(after), operations)
    // When there are a lot of changes the whole document is the shorter one. RFC 5262 §4
    return lengthOf(difference) < after.length ? numbering(difference) : undefined
  },
}

function numbering(text: Unnumbered) {
  return (version: number) => numbered(text, version)
}

function lengthOf({ before, behind }: Unnumbered): number {
  return before.length + behind.length
}

/** Of the root element, where the writer puts it first. */
function entityOf(document: string): string {
  return attributeValue(/ entity="([^"]*)"/.exec(document)?.[1] ?? '') ?? ''
}
