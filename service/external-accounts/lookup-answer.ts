/** What a look-up hook says of a person, checked at the door and made an account of. */
import { z } from 'zod'
import type { Account, Credential, DigestAlgorithm } from '../../core/model/account.ts'
import type { Domains } from '../../core/model/domain.ts'
import { aorDomain, aorUser, parseAor, type Aor } from '../../core/uri/aor.ts'

const md5 = z.string().regex(/^[0-9a-f]{32}$/i, 'expected 32 hexadecimal digits')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits')

/** A bare hash is MD5's. */
const hashes = z.preprocess(
  (value) => (typeof value === 'string' ? { MD5: value } : value),
  z.object({
    MD5: md5.nullish(),
    'SHA-256': sha256.nullish(),
    'SHA-512-256': sha256.nullish(),
  }),
)

const address = z.string().max(1024)

/** Databases write null for what there is none of. */
const lookupAnswer = z.object({
  /** The account's own address; absent: the one that was asked for. */
  aor: address.nullish(),
  /** What the person signs in by; absent: the user part of the address. */
  username: z.string().min(1).max(1024).nullish(),
  /** H(username:realm:password). */
  ha1: hashes.nullish(),
  /** The same for `username@domain`, as Kamailio's subscriber table has it. */
  ha1b: hashes.nullish(),
  aliases: z.array(address).max(100).nullish(),
  name: z.string().max(1024).nullish(),
  disabled: z.boolean().nullish(),
})

type LookupAnswer = z.output<typeof lookupAnswer>

interface Asked {
  readonly address: Aor
  /** The address is only what the username most likely stands for. */
  readonly realm?: string
}

/** The account, or what is wrong with the answer; never any of its hashes. */
export function accountInAnswer(
  content: unknown,
  asked: Asked,
  domains: Domains,
): Account | { readonly problem: string } {
  const checked = lookupAnswer.safeParse(content)
  if (!checked.success) {
    const [issue] = checked.error.issues
    return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}` }
  }
  const { aor: said, aliases: others } = checked.data
  const aor = said ? canonicalAddress(said, domains) : asked.address
  const aliases = (others ?? []).map((alias) => canonicalAddress(alias, domains))
  const domain = aor && domains.of(aor)
  // Nobody gets an account in a domain whose accounts are somewhere else.
  if (aor === undefined || !domain?.lookup)
    return { problem: 'aor: expected an address of a domain with lookup: true' }
  if (!aliases.every((alias) => alias !== undefined)) {
    return { problem: 'aliases: expected addresses as sip:101@example.com or tel:+49…' }
  }
  // By an alias one is treated as who has it: it must be the hook's to give.
  const isElsewhere = (alias: Aor) => domains.of(alias) && !domains.of(alias)?.lookup
  if (aliases.some(isElsewhere)) {
    return { problem: 'aliases: expected none in a domain without lookup' }
  }
  const isMeant =
    asked.realm === undefined
      ? [aor, ...aliases].includes(asked.address)
      : domain.realm === asked.realm
  if (!isMeant) return { problem: 'aor: the answer is about somebody else' }
  return accountOf(checked.data, { aor, aliases, realm: domain.realm })
}

function canonicalAddress(text: string, domains: Domains): Aor | undefined {
  const aor = parseAor(text)
  return aor && domains.canonical(aor)
}

function accountOf(
  { username, ha1, ha1b, name, disabled }: LookupAnswer,
  { aor, aliases, realm }: { aor: Aor; aliases: readonly Aor[]; realm: string },
): Account {
  const user = username ?? aorUser(aor)
  return {
    aor,
    aliases: aliases.filter((alias) => alias !== aor),
    ...(name ? { name } : {}),
    ...(disabled ? { suspended: true } : {}),
    credentials: [
      ...credentialsOf(ha1, { username: user, realm }),
      ...credentialsOf(ha1b, { username: `${user}@${aorDomain(aor)}`, realm }),
    ],
  }
}

function credentialsOf(
  ha1s: LookupAnswer['ha1'],
  { username, realm }: { username: string; realm: string },
): Credential[] {
  const said = Object.entries(ha1s ?? {}) as [DigestAlgorithm, string | null | undefined][]
  return said.flatMap(([algorithm, ha1]) =>
    ha1 ? [{ username, realm, algorithm, ha1: ha1.toLowerCase() }] : [],
  )
}
