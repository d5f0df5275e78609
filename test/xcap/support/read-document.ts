/** Reads a document that must be in order. */
import assert from 'node:assert/strict'
import type { Reading } from '../../../core/documents/reading.ts'
import type { XmlElement } from '../../../core/documents/xml-element.ts'
import { readDocument } from '../../../core/documents/xml-reader.ts'

export function read<T>(source: Uint8Array, parse: (root: XmlElement) => Reading<T>): T {
  const reading = readDocument(source, parse)
  if (reading.error !== undefined) assert.fail(reading.detail)
  return reading.value
}
