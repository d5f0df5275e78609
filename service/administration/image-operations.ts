/** Images that nobody may store, as operations. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../core/model/clock.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import { removeBanned } from '../moderation/banned-sweep.ts'
import { createModeration } from '../moderation/moderated-store.ts'
import { describeOperation, operation, type Operation } from './operation.ts'

const octets = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const hash = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256, 64 hexadecimal digits')
  .meta({ description: "SHA-256 of the image's bytes." })
const reason = z.string().min(1).max(500).optional()

const ban = z
  .object({ hash: z.string(), documents: z.number() })
  .meta({ id: 'ImageBan', description: '`documents`: how many that carried it were removed.' })

export const banImage = describeOperation({
  name: 'banImage',
  method: 'PUT',
  path: '/banned-images/{hash}',
  summary:
    'Bans an image by its hash; what is stored of it goes. Where it is stored, its pixels are banned, too.',
  scope: 'write',
  input: z.strictObject({ hash, reason }),
  output: ban,
  concerns: () => 'service',
})

export const banPicture = describeOperation({
  name: 'banPicture',
  method: 'POST',
  path: '/banned-images',
  summary:
    'Bans the image that is sent: its bytes, its pixels, and the smaller copies that are made of it here.',
  scope: 'write',
  takes: ['image/png', 'image/jpeg', 'image/gif'],
  input: z.strictObject({ bytes: octets, reason }),
  output: ban,
  concerns: () => 'service',
})

export const unbanImage = describeOperation({
  name: 'unbanImage',
  method: 'DELETE',
  path: '/banned-images/{hash}',
  summary: 'Lets an image be stored again.',
  scope: 'write',
  input: z.strictObject({ hash }),
  output: z.object({}),
  concerns: () => 'service',
})

export const listBannedImages = describeOperation({
  name: 'listBannedImages',
  method: 'GET',
  path: '/banned-images',
  summary: 'Lists the banned images.',
  scope: 'read',
  input: z.strictObject({}),
  output: z.object({
    images: z.array(
      z.object({ hash: z.string(), at: z.iso.datetime(), reason: z.string().optional() }),
    ),
  }),
  concerns: () => 'service',
})

interface Parts {
  readonly configuration: Pick<Configuration, 'domains' | 'icons'>
  readonly store: OpenedStore
  readonly clock: Pick<Clock, 'now'>
}

export function imageOperations({ configuration, store, clock }: Parts): readonly Operation[] {
  const moderation = createModeration(store, configuration, { clock })
  const { banned } = moderation

  async function add(name: string, bytes: Uint8Array | undefined, why: string | undefined) {
    await banned.add({ hash: name, at: clock.now(), reason: why }, bytes)
    return { hash: name, documents: await removeBanned(moderation, store.documents) }
  }

  return [
    operation(banImage, async (input) =>
      add(input.hash, await store.documents.image(input.hash), input.reason),
    ),
    operation(banPicture, ({ bytes, reason: why }) => add(sha256(bytes), bytes, why)),
    operation(unbanImage, async (input) => {
      if (await banned.remove(input.hash)) return {}
      throw new AccountProblem(`${input.hash} is not banned`, 'absent')
    }),
    operation(listBannedImages, async () => {
      const images = []
      for await (const { at, ...image } of banned.list()) {
        images.push({ ...image, at: new Date(at).toISOString() })
      }
      return { images }
    }),
  ]
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
