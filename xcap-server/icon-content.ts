/** Makes what is stored of an icon: the XML as received, or written once for an image, and the image beside it. OMA Presence SIMPLE Content XDM. */
import { createHash } from 'node:crypto'
import { parsePresContent } from '../core/documents/pres-content.ts'
import { readDocument, type XmlLimits } from '../core/documents/xml-reader.ts'
import { hmacSha256 } from '../core/digest/node-hashes.ts'
import type { DocumentTree } from '../core/model/document-id.ts'
import {
  iconInBytes,
  iconInDocument,
  type BrokenIconRule,
  type IconImage,
  type IconRules,
} from '../core/model/icon-document.ts'
import type { IconMediaType } from '../core/model/status-icon.ts'
import { iconDocument, storedIcon, type IconHashes } from '../core/model/stored-icon.ts'
import type { DocumentContent } from '../core/model/stores.ts'
import { ConstraintFailure, readingConflict } from './conflicts.ts'

/** Both throw the conflict that names what is wrong. */
export interface IconContents {
  fromXml(body: Uint8Array, owner: DocumentTree): DocumentContent
  /** `label`: the media type that the sender claims; without one the bytes alone decide. */
  fromImage(bytes: Uint8Array, owner: DocumentTree, label?: IconMediaType): DocumentContent
}

export function createIconContents({
  rules,
  xmlLimits,
  iconTokenKey,
}: {
  rules: IconRules
  xmlLimits: XmlLimits
  iconTokenKey: Uint8Array
}): IconContents {
  const hashes: IconHashes = { digest, keyed: hmacSha256(iconTokenKey) }

  function content(body: Uint8Array, image: IconImage, owner: DocumentTree): DocumentContent {
    // Icons stand below homes only; the global tree is not written by users.
    if (owner === 'global') throw new ConstraintFailure('An icon belongs to somebody.')
    return storedIcon(body, image, { owner, hashes })
  }

  return {
    fromXml: (body, owner) => {
      const read = readDocument(body, parsePresContent, xmlLimits)
      if (read.error !== undefined) throw readingConflict(read)
      return content(body, obeying(iconInDocument(read.value, rules)), owner)
    },
    fromImage: (bytes, owner, label) => {
      const image = obeying(iconInBytes(bytes, rules, label))
      return content(iconDocument(image), image, owner)
    },
  }
}

function obeying(icon: IconImage | BrokenIconRule): IconImage {
  if ('broken' in icon) throw new ConstraintFailure(icon.broken)
  return icon
}

function digest(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}
