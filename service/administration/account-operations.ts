/** Accounts and aliases, as operations. */
import { z } from 'zod'
import type { Account } from '../../core/model/account.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { AccountAdministration, AccountSummary } from '../account-administration.ts'
import { accountImport, newAccount, newAlias, newPassword, removal } from '../account-requests.ts'
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import { describeOperation, operation, type Caller, type Operation } from './operation.ts'
import { domainName } from './reach.ts'
import { addressValue, domainValue, pageInput, pageOutput } from './operation-values.ts'

const account = z
  .object({
    address: z.string(),
    name: z.string().exactOptional(),
    aliases: z.array(z.string()).readonly(),
    realms: z.array(z.string()).readonly(),
    suspended: z.literal(true).exactOptional(),
  })
  .meta({ id: 'Account' })

export const addAccount = describeOperation({
  name: 'addAccount',
  method: 'POST',
  path: '/accounts',
  summary: 'Adds an account, with a password or the hash of one.',
  scope: 'write',
  input: newAccount,
  output: account,
  creates: '/accounts/{address}',
  concerns: ({ address }) => ({ address }),
})

export const listAccounts = describeOperation({
  name: 'listAccounts',
  method: 'GET',
  path: '/accounts',
  summary: 'Lists accounts, ordered by address.',
  scope: 'read',
  input: z.strictObject({ domain: domainValue.optional(), ...pageInput }),
  output: z.object({ accounts: z.array(account), ...pageOutput }),
  concerns: ({ domain }) => (domain === undefined ? 'own' : { domain }),
})

const getAccount = describeOperation({
  name: 'getAccount',
  method: 'GET',
  path: '/accounts/{address}',
  summary: 'Tells of an account, by its address or an alias.',
  scope: 'read',
  input: z.strictObject({ address: addressValue }),
  output: account,
  concerns: ({ address }) => ({ address }),
})

export const removeAccount = describeOperation({
  name: 'removeAccount',
  method: 'DELETE',
  path: '/accounts/{address}',
  summary: 'Removes an account with its documents and icons.',
  scope: 'write',
  input: removal,
  output: z.object({ documents: z.number() }),
  concerns: ({ address }) => ({ address }),
})

export const addAlias = describeOperation({
  name: 'addAlias',
  method: 'POST',
  path: '/accounts/{address}/aliases',
  summary: 'Gives an account another address.',
  scope: 'write',
  input: newAlias,
  output: account,
  concerns: ({ address, alias }) => [{ address }, { address: alias }],
})

export const removeAlias = describeOperation({
  name: 'removeAlias',
  method: 'DELETE',
  path: '/accounts/{address}/aliases/{alias}',
  summary: 'Takes an alias from an account.',
  scope: 'write',
  input: newAlias,
  output: account,
  concerns: ({ address, alias }) => [{ address }, { address: alias }],
})

const changeAccount = describeOperation({
  name: 'changeAccount',
  method: 'PATCH',
  path: '/accounts/{address}',
  summary: 'Changes the name that others see; an empty one removes it.',
  scope: 'write',
  input: z.strictObject({ address: addressValue, name: z.string().max(1024) }),
  output: account,
  concerns: ({ address }) => ({ address }),
})

export const suspendAccount = describeOperation({
  name: 'suspendAccount',
  method: 'POST',
  path: '/accounts/{address}/suspend',
  summary:
    'Suspends an account: nobody signs in with it and it shows no presence; what is stored stays.',
  scope: 'write',
  input: removal,
  output: account,
  concerns: ({ address }) => ({ address }),
})

export const resumeAccount = describeOperation({
  name: 'resumeAccount',
  method: 'POST',
  path: '/accounts/{address}/resume',
  summary: 'Ends the suspension of an account.',
  scope: 'write',
  input: removal,
  output: account,
  concerns: ({ address }) => ({ address }),
})

export const setPassword = describeOperation({
  name: 'setPassword',
  method: 'PUT',
  path: '/accounts/{address}/password',
  summary: 'Sets the password of an account, by itself or by its hash.',
  scope: 'write',
  input: newPassword,
  output: account,
  concerns: ({ address }) => ({ address }),
})

export const importAccounts = describeOperation({
  name: 'importAccounts',
  method: 'POST',
  path: '/import/accounts',
  summary:
    "Takes accounts from rows of a proxy's subscriber table; a second time it changes nothing.",
  scope: 'write',
  input: accountImport,
  output: z.object({
    created: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    foreignRealm: z.number(),
    refused: z.array(z.object({ line: z.number(), problem: z.string() })).readonly(),
  }),
  concerns: () => 'service',
})

export function accountOperations({
  accounts,
  domains,
}: {
  accounts: AccountAdministration
  domains?: Domains | undefined
}): readonly Operation[] {
  return [
    operation(addAccount, (input) => accounts.add(input)),
    operation(listAccounts, (input, caller) => listPage(input, { accounts, domains, caller })),
    operation(getAccount, ({ address }) => accounts.find(address)),
    operation(removeAccount, (input) => accounts.remove(input)),
    operation(addAlias, (input) => accounts.addAlias(input)),
    operation(removeAlias, (input) => accounts.removeAlias(input)),
    operation(changeAccount, ({ address, name }) =>
      accounts.change(address, (account) => named(account, name)),
    ),
    operation(suspendAccount, ({ address }) =>
      accounts.change(address, (account) => ({ ...account, suspended: true })),
    ),
    operation(resumeAccount, ({ address }) => accounts.change(address, resumed)),
    operation(setPassword, (input) => accounts.changePassword(input)),
    operation(importAccounts, (input) => accounts.import(input)),
  ]
}

type Changed<Member extends keyof Account> = Omit<Account, Member> & {
  -readonly [Name in Member]?: Exclude<Account[Name], undefined>
}

function named(account: Account, name: string): Account {
  const renamed: Changed<'name'> = { ...account }
  delete renamed.name
  return name === '' ? renamed : { ...renamed, name }
}

function resumed(account: Account): Account {
  const active: Changed<'suspended'> = { ...account }
  delete active.suspended
  return active
}

async function listPage(
  { domain, after, limit }: z.output<typeof listAccounts.input>,
  {
    accounts,
    domains,
    caller,
  }: { accounts: AccountAdministration; domains: Domains | undefined; caller: Caller },
): Promise<{ accounts: AccountSummary[]; next?: string }> {
  const found: AccountSummary[] = []
  const within = domain === undefined ? caller.domains : [domainName(domain, domains)]
  for await (const one of accounts.list(after)) {
    if (within && !within.includes(aorDomain(`sip:${one.address}` as Aor))) continue
    const last = found.at(-1)
    if (found.length === limit && last) return { accounts: found, next: last.address }
    found.push(one)
  }
  return { accounts: found }
}
