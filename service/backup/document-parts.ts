/** Document parts: a document in a backup as up to three files, which a person can read: what is known of it, its body, its image. */
import { z } from 'zod'
import type { DocumentId } from '../../core/model/document-id.ts'
import { entityTag } from '../../core/model/entity-tag.ts'
import { iconExtension } from '../../core/model/status-icon.ts'
import type { TransferredDocument } from '../../core/model/store-transfer.ts'
import type { BackupPart } from './backup-format.ts'

const FOLDER = 'documents/'

const facts = z.object({
  tree: z.string(),
  auid: z.string(),
  path: z.string(),
  tag: z.string(),
  storedAt: z.number(),
  sequence: z.number(),
  contentType: z.string(),
  icon: z
    .object({
      mediaType: z.enum(['image/png', 'image/jpeg', 'image/gif']),
      width: z.number(),
      height: z.number(),
      size: z.number(),
      hash: z.string(),
      sha1: z.string(),
      token: z.string(),
    })
    .exactOptional(),
  /** Octets of the body that stand before the image in base64, which is left out of it. */
  imageAt: z.number().exactOptional(),
})

/** `number`: no other document of the backup has it. The facts come first. */
export function partsOfDocument(
  number: number,
  { id, version, content: { contentType, body, icon } }: TransferredDocument,
): BackupPart[] {
  const folder = `${FOLDER}${String(number).padStart(8, '0')}/`
  const { bytes: image, ...known } = icon ?? { bytes: undefined }
  const imageAt = image && placeOfImage(body, image)
  const said: z.input<typeof facts> = {
    ...{ tree: id.tree, auid: id.auid, path: id.path },
    ...{ tag: version.tag, storedAt: version.storedAt, sequence: version.sequence, contentType },
    ...('hash' in known && { icon: known }),
    ...(imageAt !== undefined && { imageAt }),
  }
  const named = (name: string, bytes: Uint8Array) => ({ name: folder + name, bytes })
  return [
    named('document.json', Buffer.from(`${JSON.stringify(said)}\n`)),
    named('body', imageAt === undefined ? body : withoutImage(body, imageAt, image)),
    ...(icon ? [named(`image.${iconExtension(icon.mediaType)}`, icon.bytes)] : []),
  ]
}

export const isOfDocument = ({ name }: BackupPart) => name.startsWith(FOLDER)
export const folderOf = ({ name }: BackupPart) => name.slice(0, name.lastIndexOf('/') + 1)

/** Throws an Error when a part is missing, or is not what it should be. */
export function documentOfParts(parts: readonly BackupPart[]): TransferredDocument {
  const [first, rest, image] = parts.map(({ bytes }) => Buffer.from(bytes))
  if (!first || !rest) throw new Error('a document of the backup has no body')
  const { icon, imageAt, ...said } = facts.parse(JSON.parse(first.toString('utf8')))
  const { tree, auid, path, tag, storedAt, sequence, contentType } = said
  if (icon && !image) throw new Error('a document of the backup has no image')
  const base64 = image && imageAt !== undefined ? base64Of(image) : Buffer.alloc(0)
  const at = imageAt ?? rest.length
  const body = Buffer.concat([rest.subarray(0, at), base64, rest.subarray(at)])
  return {
    id: { tree, auid, path } as DocumentId,
    version: { tag: entityTag(tag), storedAt, sequence },
    content: { contentType, body, ...(icon && image && { icon: { ...icon, bytes: image } }) },
  }
}

const base64Of = (image: Uint8Array) => Buffer.from(Buffer.from(image).toString('base64'), 'latin1')

function placeOfImage(body: Uint8Array, image: Uint8Array): number | undefined {
  const at = image.length > 0 ? Buffer.from(body).indexOf(base64Of(image)) : -1
  return at < 0 ? undefined : at
}

function withoutImage(body: Uint8Array, at: number, image: Uint8Array | undefined): Buffer {
  const end = at + base64Of(image ?? new Uint8Array()).length
  return Buffer.concat([body.subarray(0, at), body.subarray(end)])
}
