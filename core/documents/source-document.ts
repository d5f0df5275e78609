/** An XML document with the place of everything in its text, so that a part can be changed and the rest stays. XML 1.0. */
import type { XmlElement } from './xml-element.ts'

export interface SourceDocument {
  /** As received, byte order mark included. Every place in it counts UTF-16 units. */
  readonly text: string
  readonly root: SourceElement
}

export interface SourceElement extends XmlElement {
  readonly children: readonly (SourceElement | string)[]
  /** Of its own start tag, prefix → namespace; the empty prefix is the default namespace. */
  readonly declarations: ReadonlyMap<string, string>
  /** Where the start tag begins. */
  readonly start: number
  /** Behind the start tag; of an empty-element tag: `end`. */
  readonly contentStart: number
  /** Where the end tag begins; of an empty-element tag: `end`. */
  readonly contentEnd: number
  /** Behind the end tag. */
  readonly end: number
}
