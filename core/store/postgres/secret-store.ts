/** Secret store on PostgreSQL: the key of whoever asks first is everybody's. */
import { randomBytes } from 'node:crypto'
import type { SecretStore } from '../../model/stores.ts'
import type { Query } from './connection.ts'

const SECRET_BYTES = 32

export function createSecretStore({ query }: { query: Query }): SecretStore {
  return {
    async secret(name) {
      // Its row is locked by the one who makes it: whoever comes second waits until it is stored, and is given that one.
      const [row] = await query<{ bytes: Buffer }>({
        ...SECRET,
        values: [name, randomBytes(SECRET_BYTES)],
      })
      if (!row) throw new Error(`the secret ${name} was neither there nor made`)
      return row.bytes
    },
  }
}

const SECRET = {
  name: 'secret',
  text: `INSERT INTO secret AS present (name, bytes) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET bytes = present.bytes RETURNING bytes`,
}
