/** What a directory says of people, as operations: `visage directory sync` is made of them. */
import { z } from 'zod'
import type { Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { AccountAdministration } from '../account-administration.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import { createDirectoryDesk, type DirectoryDesk } from '../directory/directory-desk.ts'
import { SOURCES } from '../directory/directory-source.ts'
import { addressValue, pageInput, pageOutput } from './operation-values.ts'
import { describeOperation, operation, type Operation } from './operation.ts'

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256, 64 hexadecimal digits')
  .meta({ description: "SHA-256 of the directory's picture." })

const policy = {
  lock: z.boolean().default(false).meta({
    description: "The directory's picture wins over the person's own, who cannot change it.",
  }),
  names: z.enum(['missing', 'always', 'never']).default('missing'),
}

const person = { address: addressValue, name: z.string().max(1024).optional() }

const step = z.enum(['none', 'same', 'own', 'store', 'remove'])
const plan = { aor: z.string(), picture: step, name: step, lock: step }

const MOST_AT_ONCE = 500
/** Base64 of an icon; how large one may be is said elsewhere. */
const LONGEST_PICTURE = 12 * 2 ** 20

export const compareDirectory = describeOperation({
  name: 'compareDirectory',
  method: 'POST',
  path: '/directory/comparison',
  summary: 'Tells what a directory has that is not stored here; changes nothing.',
  scope: 'read',
  input: z.strictObject({
    people: z.array(z.strictObject({ ...person, picture: hash.optional() })).max(MOST_AT_ONCE),
    ...policy,
  }),
  output: z.object({
    people: z
      .array(z.union([z.object(plan), z.object({ problem: z.string() })]))
      .meta({ description: 'In the same order.' }),
  }),
  concerns: ({ people }) => people.map(({ address }) => ({ address })),
})

export const putDirectoryPerson = describeOperation({
  name: 'putDirectoryPerson',
  method: 'PUT',
  path: '/directory/people/{address}',
  summary:
    "Stores a directory's name and picture of a person; without them, takes away what came from it.",
  scope: 'write',
  input: z.strictObject({
    ...person,
    source: z.enum(SOURCES),
    picture: z
      .strictObject({
        hash,
        base64: z.base64().max(LONGEST_PICTURE).meta({ description: 'The icon made of it.' }),
      })
      .optional(),
    ...policy,
  }),
  output: z.object(plan),
  concerns: ({ address }) => ({ address }),
})

export const listDirectoryPeople = describeOperation({
  name: 'listDirectoryPeople',
  method: 'GET',
  path: '/directory/people',
  summary: 'Lists the people of whom something is stored that came from a directory.',
  scope: 'read',
  input: z.strictObject({ source: z.enum(SOURCES), ...pageInput }),
  output: z.object({ people: z.array(z.string()), ...pageOutput }),
  concerns: () => 'service',
})

interface DirectoryGround {
  readonly configuration: Pick<Configuration, 'icons'>
  readonly store: OpenedStore
  readonly accounts: AccountAdministration
  readonly domains?: Domains | undefined
}

export function directoryOperations({
  configuration,
  ...ground
}: DirectoryGround): readonly Operation[] {
  const desk = createDirectoryDesk({ ...ground, icons: configuration.icons })
  return [
    operation(compareDirectory, async ({ people, ...rules }) => ({
      people: await compareEach(people, rules, desk),
    })),
    operation(putDirectoryPerson, ({ picture, address, name, ...rules }) => {
      const bytes = picture && Buffer.from(picture.base64, 'base64')
      return desk.put({ address, name, picture: picture?.hash, bytes }, rules)
    }),
    operation(listDirectoryPeople, async ({ source, after, limit }) => {
      const people: string[] = []
      for await (const { aor, record } of desk.list(after)) {
        if (record.source === source) people.push(aor)
        if (people.length === limit) return { people, next: aor }
      }
      return { people }
    }),
  ]
}

/** What is wrong with one is no matter to the others. */
async function compareEach(
  people: readonly Parameters<DirectoryDesk['compare']>[0][],
  rules: Parameters<DirectoryDesk['compare']>[1],
  desk: DirectoryDesk,
) {
  const plans: (Awaited<ReturnType<DirectoryDesk['compare']>> | { problem: string })[] = []
  for (const one of people) {
    try {
      plans.push(await desk.compare(one, rules))
    } catch (error) {
      if (!(error instanceof AccountProblem)) throw error
      plans.push({ problem: error.message })
    }
  }
  return plans
}
