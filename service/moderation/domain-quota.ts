/** Quota of a whole domain: what all its people together may have, judged with each write of this process. */
import type { DocumentId } from '../../core/model/document-id.ts'
import type { Domain, DomainQuota, Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { AccountStore, Allowance, DocumentStore } from '../../core/model/stores.ts'
import { exceeded, growthBy, totalsWith, type Totals } from '../../core/store/tree-totals.ts'
import { createTurns, type Turns } from '../../core/store/turns.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { AccountProblem } from '../account-problem.ts'
import { createDomainTally, type DomainTally, type RunningUsage } from './domain-tally.ts'

interface Parts {
  readonly domains: Pick<Domains, 'of'>
  readonly now: () => number
}

/**
 * `put` of an account that the domain has no room for rejects with AccountProblem. The operator's documents are counted, not refused.
 * Exact where this process alone writes to the store; where others do, what they write counts within seconds.
 */
export function withDomainQuota(
  store: Pick<OpenedStore, 'documents' | 'accounts' | 'usages'>,
  { domains, now }: Parts,
): Pick<OpenedStore, 'documents' | 'accounts'> {
  const { usages, documents, accounts } = store
  if (!usages) return { documents, accounts }
  const tallies = new Map<string, DomainTally>()
  const limitedOf = (tree: DocumentId['tree']): Limited | undefined => {
    const domain = tree === 'global' ? undefined : domains.of(tree)
    const quota = domain && wholeQuota(domain)
    if (!quota) {
      // What is stored now is not seen: with a new quota it is counted anew.
      if (domain) tallies.delete(domain.name)
      return undefined
    }
    const known = tallies.get(domain.name)
    const tally = known ?? createDomainTally({ domain: domain.name, usages, now })
    tallies.set(domain.name, tally)
    return { ...{ name: domain.name, quota, tally } }
  }
  const turns = createTurns()
  return {
    documents: limitedDocuments(documents, limitedOf, turns),
    accounts: limitedAccounts(accounts, limitedOf, turns),
  }
}

interface Limited {
  readonly name: string
  readonly quota: DomainQuota
  readonly tally: DomainTally
}

type LimitedOf = (tree: DocumentId['tree']) => Limited | undefined

function wholeQuota({ quota }: Domain): DomainQuota | undefined {
  return (quota?.users ?? quota?.documents ?? quota?.bytes) ? quota : undefined
}

function limitedDocuments(
  documents: DocumentStore,
  limitedOf: LimitedOf,
  turns: Turns,
): DocumentStore {
  const inTurn = turnsOfDocuments(turns)
  const growthAt = async (id: DocumentId, after: { readonly size: number } | undefined) => {
    const record = await documents.metadata(id)
    return growthBy(record && { record }, after)
  }

  return {
    ...documents,
    put(...asked) {
      const [id, { body }] = asked
      const limited = limitedOf(id.tree)
      if (!limited) return documents.put(...asked)
      return inTurn(id, limited, async (running) => {
        const growth = await growthAt(id, { size: body.length })
        return putWithin(documents, asked, { growth, running, quota: limited.quota })
      })
    },
    delete(...asked) {
      const [id] = asked
      const limited = limitedOf(id.tree)
      if (!limited) return documents.delete(...asked)
      return inTurn(id, limited, async (running) => {
        const growth = await growthAt(id, undefined)
        const outcome = await documents.delete(...asked)
        if (outcome.outcome === 'deleted') running.reserve(growth)
        return outcome
      })
    },
  }
}

/** One after the other for each document: what it was before is known then. */
function turnsOfDocuments(turns: Turns) {
  return <T>(
    { auid, tree, path }: DocumentId,
    { tally }: Limited,
    action: (running: RunningUsage) => Promise<T>,
  ) => turns.take(JSON.stringify([auid, tree, path]), () => tally.write(action))
}

async function putWithin(
  documents: DocumentStore,
  [id, content, conditions, allowance]: Parameters<DocumentStore['put']>,
  { growth, running, quota }: { growth: Totals; running: RunningUsage; quota: DomainQuota },
): ReturnType<DocumentStore['put']> {
  const ofAll: Allowance = {
    documents: quota.documents ?? Infinity,
    bytes: quota.bytes ?? Infinity,
  }
  const limit = allowance && exceeded(totalsWith(running.usage(), growth), growth, ofAll)
  if (limit) {
    // The store judges the conditions first, as of every write.
    const none = { ...allowance, [limit]: 0 }
    const outcome = await documents.put(id, content, conditions, none)
    return outcome.outcome === 'no-room' && outcome.limit === limit
      ? { ...outcome, allowance: ofAll, ofDomain: true }
      : outcome
  }
  const giveBack = running.reserve(growth)
  const outcome = await documents.put(id, content, conditions, allowance)
  if (!('tag' in outcome)) giveBack()
  return outcome
}

function limitedAccounts(accounts: AccountStore, limitedOf: LimitedOf, turns: Turns): AccountStore {
  const isNew = async (aor: Aor) => (await accounts.find(aor))?.aor !== aor
  return {
    ...accounts,
    put(account) {
      const limited = limitedOf(account.aor)
      if (!limited) return accounts.put(account)
      const { name, quota, tally } = limited
      const most = quota.users ?? Infinity
      return turns.take(account.aor, async () => {
        const outcome = await tally.write(async ({ usage, reserve }) => {
          if (!(await isNew(account.aor))) return accounts.put(account)
          if (usage().users >= most) return 'no-room'
          const giveBack = reserve({ users: 1 })
          const written = await accounts.put(account)
          if (written.outcome !== 'created') giveBack()
          return written
        })
        if (outcome !== 'no-room') return outcome
        throw new AccountProblem(`${name} may have no more than ${most} accounts`)
      })
    },
    remove(aor) {
      const limited = limitedOf(aor)
      if (!limited) return accounts.remove(aor)
      return turns.take(aor, () =>
        limited.tally.write(async ({ reserve }) => {
          const wasThere = await accounts.remove(aor)
          if (wasThere) reserve({ users: -1 })
          return wasThere
        }),
      )
    },
  }
}
