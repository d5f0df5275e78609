/** Locking the icon of a person, as operations; the person need not have an account here. */
import { z } from 'zod'
import { createIconLocks } from '../people/icon-locks.ts'
import { findPerson } from '../people/person-addresses.ts'
import type { AdministrationGround } from './administration-ground.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { addressValue } from './operation-values.ts'

const input = z.strictObject({ address: addressValue })
const output = z.object({ locked: z.boolean() })
const concerns = ({ address }: { address: string }) => ({ address })

export const lockIcon = describeOperation({
  name: 'lockIcon',
  method: 'POST',
  path: '/accounts/{address}/icon/lock',
  summary: 'Lets only administrators and the directory change the icon of a person.',
  scope: 'write',
  ...{ input, output, concerns },
})

export const unlockIcon = describeOperation({
  name: 'unlockIcon',
  method: 'POST',
  path: '/accounts/{address}/icon/unlock',
  summary: 'Lets a person change the icon again.',
  scope: 'write',
  ...{ input, output, concerns },
})

export function iconLockOperations({
  store,
  domains,
}: Pick<AdministrationGround, 'store' | 'domains'>): readonly Operation[] {
  const locks = createIconLocks(store)
  const ownerOf = async (address: string) =>
    (await findPerson(address, { accounts: store.accounts, domains })).aor
  return [
    operation(lockIcon, async ({ address }) => {
      await locks.lock(await ownerOf(address))
      return { locked: true }
    }),
    operation(unlockIcon, async ({ address }) => {
      await locks.unlock(await ownerOf(address))
      return { locked: false }
    }),
  ]
}
