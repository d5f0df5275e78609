/** What the directory's word means for a person: a picture or name of her own wins, unless policy says otherwise. */
import type { DirectoryRecord } from './directory-record.ts'

/** `own`: it stays as it is, since it is the person's own affair. */
export type Step = 'none' | 'same' | 'own' | 'store' | 'remove'

export interface DirectoryPolicy {
  /** The directory's picture wins over the person's own. */
  readonly lock: boolean
  /** `missing`: only where the account has none of its own. */
  readonly names: 'missing' | 'always' | 'never'
}

/** `said`: the SHA-256 of the directory's picture. `current`: the person's icon. */
export function planPicture(
  said: string | undefined,
  current: { readonly path: string; readonly hash: string } | undefined,
  record: DirectoryRecord | undefined,
  { lock }: DirectoryPolicy,
): Step {
  const last = record?.picture
  if (said === undefined) return last ? 'remove' : 'none'
  const isOurs = last !== undefined && current?.path === last.path && current.hash === last.hash
  const isNew = last?.source !== said
  if (isOurs) return isNew ? 'store' : 'same'
  if (lock) return 'store'
  if (current) return 'own'
  // Who has taken away what the directory gave gets its next picture, not the same again.
  return isNew ? 'store' : 'own'
}

/** Who has the directory's picture cannot change it, as long as policy says so; what an operator has locked stays locked. */
export function planLock(
  said: string | undefined,
  isLocked: boolean,
  record: DirectoryRecord | undefined,
  { lock }: DirectoryPolicy,
): Step {
  if (lock && said !== undefined) return isLocked ? 'same' : 'store'
  return record?.isLocked ? 'remove' : 'none'
}

/** `current`: what the account is called; null: there is no account to name. */
export function planName(
  said: string | undefined,
  current: string | null | undefined,
  record: DirectoryRecord | undefined,
  { names }: DirectoryPolicy,
): Step {
  if (names === 'never' || current === null) return 'none'
  const isOurs = current !== undefined && current === record?.name
  if (said === undefined) return isOurs ? 'remove' : 'none'
  if (said === current) return 'same'
  return current === undefined || isOurs || names === 'always' ? 'store' : 'own'
}
