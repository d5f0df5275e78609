/** Domain usage on PostgreSQL: a sum over the rows of the domain's people. */
import type { DomainUsage, DomainUsages } from '../../model/domain-usage.ts'
import type { Query } from './connection.ts'

export function createDomainUsages({ query }: { query: Query }): DomainUsages {
  return {
    isShared: true,
    async of(domain) {
      const [row] = await query<DomainUsage>({ ...USAGE, values: [`@${domain}`] })
      return row ?? { users: 0, documents: 0, bytes: 0 }
    },
  }
}

/** The host is what stands behind the last `@`, and no host holds one. */
const USAGE = {
  name: 'domain-usage',
  text: `SELECT
    (SELECT count(*) FROM account WHERE right(aor, length($1)) = $1)::float8 AS users,
    coalesce(sum(documents), 0)::float8 AS documents, coalesce(sum(bytes), 0)::float8 AS bytes
  FROM tree WHERE right(name, length($1)) = $1`,
}
