/** People's rights, and what an operator may do to a person, as operations. */
import { z } from 'zod'
import { createExport } from '../people/export-archive.ts'
import { createErasure } from '../people/erasure.ts'
import type { AdministrationGround } from './administration-ground.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { addressValue, piecesValue } from './operation-values.ts'

const input = z.strictObject({ address: addressValue })
const concerns = ({ address }: { address: string }) => ({ address })

export const erasePerson = describeOperation({
  name: 'erasePerson',
  method: 'POST',
  path: '/accounts/{address}/erase',
  summary:
    'Erases everything of a person, and every trace of it in the store; asked twice, it ends what was begun.',
  scope: 'write',
  input,
  output: z.object({
    documents: z.number(),
    publications: z.number(),
    subscriptions: z.number(),
    registrations: z.number(),
    contacts: z.number(),
    mentions: z
      .number()
      .meta({ description: 'Documents of others that name the person: they stay.' }),
  }),
  concerns,
})

export const exportPerson = describeOperation({
  name: 'exportPerson',
  method: 'GET',
  path: '/accounts/{address}/export',
  summary: 'Gives everything that is stored about a person, as readable files in a zip archive.',
  scope: 'read',
  audited: true,
  input,
  output: z.object({ bytes: piecesValue }),
  gives: 'application/zip',
  inPieces: true,
  concerns,
})

/** Milliseconds that servers are given to tell watchers and contacts. */
const PATIENCE = 15_000

/** `isServed`: a service, here or on another node, may look after what is stored. */
export function personOperations(
  ground: AdministrationGround,
  { isServed }: { isServed: boolean },
): readonly Operation[] {
  const erase = createErasure({ ...ground, patience: isServed ? PATIENCE : 0 })
  const exported = createExport({ ...ground, data: ground.configuration.data })
  return [
    operation(erasePerson, ({ address }) => erase(address)),
    operation(exportPerson, async ({ address }) => ({ bytes: await exported(address) })),
  ]
}
