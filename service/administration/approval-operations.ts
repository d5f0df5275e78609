/** Icons that wait for approval, as operations. */
import { z } from 'zod'
import { createPngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { DocumentMetadata } from '../../core/model/stores.ts'
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import { createAccountAddresses } from '../account-addresses.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import { createModeration } from '../moderation/moderated-store.ts'
import { describeOperation, operation, type Caller, type Operation } from './operation.ts'
import { domainName } from './reach.ts'
import { addressValue, domainValue, pageInput, pageOutput } from './operation-values.ts'

const octets = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const heldIcon = z
  .object({
    address: z.string(),
    name: z.string(),
    storedAt: z.iso.datetime(),
    mediaType: z.string(),
    width: z.number(),
    height: z.number(),
    bytes: z.number(),
    hash: z.string().meta({ description: "SHA-256 of the image's bytes." }),
  })
  .meta({ id: 'HeldIcon' })

const one = z.strictObject({ address: addressValue })

export const listHeldIcons = describeOperation({
  name: 'listHeldIcons',
  method: 'GET',
  path: '/held-icons',
  summary: 'Lists the icons that wait for approval, ordered by address.',
  scope: 'read',
  input: z.strictObject({ domain: domainValue.optional(), ...pageInput }),
  output: z.object({ icons: z.array(heldIcon), ...pageOutput }),
  concerns: ({ domain }) => (domain === undefined ? 'own' : { domain }),
})

export const getHeldImage = describeOperation({
  name: 'getHeldImage',
  method: 'GET',
  path: '/held-icons/{address}/image',
  summary: 'Shows the icon of a person that waits, at most 256 pixels wide and high.',
  scope: 'read',
  input: one,
  output: z.object({ bytes: octets }),
  gives: 'image/png',
  concerns: ({ address }) => ({ address }),
})

export const approveIcon = describeOperation({
  name: 'approveIcon',
  method: 'POST',
  path: '/held-icons/{address}/approve',
  summary: 'Lets everybody see the icon of a person that waits.',
  scope: 'write',
  input: one,
  output: heldIcon,
  concerns: ({ address }) => ({ address }),
})

export const rejectIcon = describeOperation({
  name: 'rejectIcon',
  method: 'POST',
  path: '/held-icons/{address}/reject',
  summary: 'Removes the icon of a person that waits.',
  scope: 'write',
  input: one,
  output: heldIcon,
  concerns: ({ address }) => ({ address }),
})

interface Parts {
  readonly configuration: Pick<Configuration, 'domains' | 'icons'>
  readonly store: OpenedStore
  readonly domains?: Domains | undefined
  readonly clock: Pick<Clock, 'now'>
}

const PREVIEW = { side: 256, mostBytes: 512 * 1024 }

export function approvalOperations(parts: Parts): readonly Operation[] {
  const { configuration, store } = parts
  const { held } = createModeration(store, configuration, parts)
  const addresses = createAccountAddresses({ ...store, domains: parts.domains })
  const pictures = createPngThumbnailer({ maxPixels: configuration.icons.maxPixels })

  /** By any of their addresses. */
  async function ownerOf(address: string): Promise<Aor> {
    const aor = addresses.alias(address)
    return (await store.accounts.find(aor))?.aor ?? aor
  }

  return [
    operation(listHeldIcons, (input, caller) => listPage(held.list(), input, { ...parts, caller })),
    operation(getHeldImage, async ({ address }) => {
      const { icon } = present(await held.of(await ownerOf(address)), address)
      const bytes = icon && (await store.documents.image(icon.hash))
      if (!bytes) throw new AccountProblem(`the icon of ${address} cannot be read`, 'absent')
      return { bytes: (await pictures.thumbnail(bytes, PREVIEW)).bytes }
    }),
    operation(approveIcon, async ({ address }) =>
      summaryOf(present(await held.approve(await ownerOf(address)), address)),
    ),
    operation(rejectIcon, async ({ address }) =>
      summaryOf(present(await held.reject(await ownerOf(address)), address)),
    ),
  ]
}

function present(held: DocumentMetadata | undefined, address: string): DocumentMetadata {
  if (held) return held
  throw new AccountProblem(`no icon of ${address} waits`, 'absent')
}

type Summary = z.input<typeof heldIcon>

async function listPage(
  all: AsyncIterable<DocumentMetadata>,
  { domain, after = '', limit }: z.output<typeof listHeldIcons.input>,
  { domains, caller }: { domains?: Domains | undefined; caller: Caller },
): Promise<{ icons: Summary[]; next?: string }> {
  const icons: Summary[] = []
  const within = domain === undefined ? caller.domains : [domainName(domain, domains)]
  for await (const held of all) {
    const one = summaryOf(held)
    if (one.address <= after) continue
    if (within && !within.includes(aorDomain(held.id.tree as Aor))) continue
    const last = icons.at(-1)
    if (icons.length === limit && last) return { icons, next: last.address }
    icons.push(one)
  }
  return { icons }
}

function summaryOf({ id, icon, storedAt }: DocumentMetadata): Summary {
  if (!icon) throw new Error(`${id.path} of ${id.tree} carries no image`)
  const { mediaType, width, height, size, hash } = icon
  return {
    address: id.tree.replace(/^sip:/, ''),
    name: id.path.split('/').at(-1) ?? '',
    storedAt: new Date(storedAt).toISOString(),
    ...{ mediaType, width, height, bytes: size, hash },
  }
}
