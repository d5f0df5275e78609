/** Bearer tokens of /admin/v1: made here, kept as hashes, shown once. RFC 6750 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { AdministrationStore } from '../../core/model/administration-store.ts'
import type { Clock } from '../../core/model/clock.ts'

const tokenRecord = z.object({
  name: z.string(),
  scope: z.enum(['read', 'write']),
  /** By their own names; absent: all. */
  domains: z.array(z.string()).optional(),
  /** Milliseconds since the epoch. */
  created: z.number(),
  expires: z.number().optional(),
  /** SHA-256 of the secret, in hexadecimal: it is random, so a slow hash would protect nothing. */
  hash: z.string(),
})

const told = tokenRecord.omit({ hash: true })

type TokenRecord = z.output<typeof tokenRecord>

/** Everything that may be told of a token. */
export interface Token extends Omit<TokenRecord, 'hash'> {
  readonly id: string
}

type NewToken = Pick<TokenRecord, 'name' | 'scope' | 'domains' | 'expires'>

export interface Tokens {
  /** `text` is the token itself: nobody is told it again. */
  add(token: NewToken): Promise<{ readonly token: Token; readonly text: string }>
  list(): AsyncIterable<Token>
  remove(id: string): Promise<boolean>
  /** Undefined: there is none such, it was removed, or its time is over. */
  verify(text: string): Promise<Token | undefined>
}

const ID_BYTES = 6
const SECRET_BYTES = 32

/** A shape of its own, so that scanners for secrets know it where it should not be. */
const TOKEN = /^visage_([0-9a-f]{12})_([\w-]{43})$/

export function createTokens({
  administration,
  clock,
}: {
  administration: AdministrationStore
  clock: Pick<Clock, 'now'>
}): Tokens {
  return {
    async add({ name, scope, domains, expires }) {
      const id = randomBytes(ID_BYTES).toString('hex')
      const secret = randomBytes(SECRET_BYTES).toString('base64url')
      const said = { name, scope, domains, created: clock.now(), expires }
      await administration.put('token', id, { ...said, hash: hashOf(secret).toString('hex') })
      return { token: { id, ...said }, text: `visage_${id}_${secret}` }
    },
    async *list() {
      for await (const { key, value } of administration.list('token')) yield tokenOf(key, value)
    },
    remove: (id) => administration.remove('token', id),
    async verify(text) {
      const [, id, secret] = TOKEN.exec(text) ?? []
      if (id === undefined || secret === undefined) return undefined
      // Asked each time: a token that was removed, on whichever node, is refused at once.
      const value = await administration.get('token', id)
      const record = value === undefined ? undefined : tokenRecord.parse(value)
      const isRight = timingSafeEqual(hashOf(secret), Buffer.from(record?.hash ?? NOBODYS, 'hex'))
      if (!record || !isRight) return undefined
      return record.expires !== undefined && record.expires <= clock.now()
        ? undefined
        : tokenOf(id, record)
    },
  }
}

/** An identifier that nobody has takes as long to refuse as a wrong secret. */
const NOBODYS = '00'.repeat(32)

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function tokenOf(id: string, value: unknown): Token {
  return { id, ...told.parse(value) }
}
