/** The icon of a person, as operations: stored as an upload is, by who needs nobody's approval. */
import { z } from 'zod'
import { createImageResizer, type ImageResizer } from '../../core/images/image-resizer.ts'
import { ImageRefused } from '../../core/images/picture-decoder.ts'
import { createPngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import { createAccountAddresses } from '../account-addresses.ts'
import { AccountProblem } from '../account-problem.ts'
import { createHeldUsages, type UsageGround } from '../import/held-usages.ts'
import { iconContent, storeIcon } from '../import/icon-import.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { addressValue, octetsValue } from './operation-values.ts'

const person = z.strictObject({ address: addressValue })
const concerns = ({ address }: { address: string }) => ({ address })
const path = '/accounts/{address}/icon'

export const putIcon = describeOperation({
  name: 'putIcon',
  method: 'PUT',
  path,
  summary: 'Gives a person an icon; an image that is too large is made smaller.',
  scope: 'write',
  takes: ['image/png', 'image/jpeg', 'image/gif'],
  input: person.extend({ bytes: octetsValue }),
  output: z.object({ outcome: z.enum(['created', 'changed', 'unchanged', 'kept']) }),
  concerns,
})

export const getIcon = describeOperation({
  name: 'getIcon',
  method: 'GET',
  path,
  summary: 'Shows the icon of a person, at most 256 pixels wide and high.',
  scope: 'read',
  input: person,
  output: z.object({ bytes: octetsValue }),
  gives: 'image/png',
  concerns,
})

export const removeIcon = describeOperation({
  name: 'removeIcon',
  method: 'DELETE',
  path,
  summary: 'Removes all icons of a person.',
  scope: 'write',
  input: person,
  output: z.object({ removed: z.number() }),
  concerns,
})

/** Pixels. */
const SIDE = 256
const SHOWN = { side: SIDE, mostBytes: 512 * 1024 }

export function iconOperations(ground: UsageGround): readonly Operation[] {
  const { store, domains } = ground
  const { maxPixels, maxBase64Bytes } = ground.configuration.icons
  const addresses = createAccountAddresses({ ...store, domains })
  const { contents } = createHeldUsages(ground)
  const images = createImageResizer({ maxPixels })
  const pictures = createPngThumbnailer({ maxPixels })
  return [
    operation(putIcon, async ({ address, bytes }) => {
      const { aor } = await addresses.account(address)
      const small = base64Length(bytes) > maxBase64Bytes ? await smaller(bytes, images) : bytes
      const content = iconContent(small, aor, await contents())
      return {
        outcome: await storeIcon(aor, content, { ...store, overwrite: true, dryRun: false }),
      }
    }),
    operation(getIcon, async ({ address }) => {
      const { aor } = await addresses.account(address)
      const current = await store.documents.currentIcon(aor)
      const bytes = current && (await store.documents.image(current.icon.hash))
      if (!bytes) throw new AccountProblem(`${address} has no icon`, 'absent')
      return { bytes: (await pictures.thumbnail(bytes, SHOWN)).bytes }
    }),
    operation(removeIcon, async ({ address }) => {
      const { aor } = await addresses.account(address)
      const icons = await store.documents.list(aor, PRES_CONTENT)
      for (const { id } of icons) await store.documents.delete(id, {})
      return { removed: icons.length }
    }),
  ]
}

function base64Length({ length }: Uint8Array): number {
  return 4 * Math.ceil(length / 3)
}

async function smaller(bytes: Uint8Array, images: ImageResizer): Promise<Uint8Array> {
  try {
    return (await images.resize(bytes, SIDE)).bytes
  } catch (error) {
    if (error instanceof ImageRefused) throw new AccountProblem(error.message, 'invalid')
    throw error
  }
}
