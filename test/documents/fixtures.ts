/** Documents taken from the standards, for the tests of their codecs. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Reading } from '../../core/documents/reading.ts'
import type { XmlElement } from '../../core/documents/xml-element.ts'
import { readXml } from '../../core/documents/xml-reader.ts'

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../fixtures/documents/${name}`, import.meta.url))
}

export function valueOf<T>(reading: Reading<T>): T {
  if (reading.error !== undefined) assert.fail(`${reading.error}: ${reading.detail}`)
  return reading.value
}

export function tree(source: Uint8Array | string): XmlElement {
  return valueOf(readXml(source))
}

/** The tree without its prefixes, which mean nothing. */
export function meaningOf(element: XmlElement): unknown {
  return {
    name: `{${element.namespace}}${element.name}`,
    attributes: Object.fromEntries(
      element.attributes.map(({ namespace, name, value }) => [`{${namespace}}${name}`, value]),
    ),
    children: element.children.map((child) =>
      typeof child === 'string' ? child : meaningOf(child),
    ),
  }
}
