/** What can be asked about accounts, as it travels to a running service. */
import { z } from 'zod'

const address = z.string().min(1).max(1024)

/** A password, or the hash of one that is known elsewhere. Neither is ever given back. */
const secret = {
  password: z.string().min(1, 'the password is empty').max(1024).optional(),
  /** H(username:realm:password) in hexadecimal: 32 digits are MD5, 64 are SHA-256. */
  ha1: z.string().optional(),
  /** Of the hash; the domain's own when absent. */
  realm: z.string().min(1).max(1024).optional(),
}

export const newAccount = z.strictObject({
  address,
  name: z.string().max(1024).optional(),
  ...secret,
})
export const newAlias = z.strictObject({ address, alias: address })
export const newPassword = z.strictObject({ address, ...secret })
export const removal = z.strictObject({ address })

/** Rows of a foreign subscriber table; at least one of the hashes or the password. */
export const accountImport = z.strictObject({
  rows: z.array(
    z.strictObject({
      line: z.int().positive(),
      username: z.string(),
      /** A served domain, or the realm of one. */
      domain: z.string(),
      ha1: z.string().optional(),
      /** Of `username@domain` in place of the username. */
      ha1b: z.string().optional(),
      ha1Sha256: z.string().optional(),
      ha1Sha512t256: z.string().optional(),
      /** Counts where there is no hash, or where the hash is of it. */
      password: z.string().optional(),
      realm: z.string().optional(),
    }),
  ),
})

export type Secret = Omit<z.infer<typeof newPassword>, 'address'>
export type NewAccount = z.infer<typeof newAccount>
export type NewAlias = z.infer<typeof newAlias>
export type NewPassword = z.infer<typeof newPassword>
export type Removal = z.infer<typeof removal>
export type AccountImport = z.infer<typeof accountImport>
export type SubscriberRow = AccountImport['rows'][number]
