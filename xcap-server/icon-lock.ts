/** Locked icons: only an administrator changes them, and their owners are told so. Who may write is policy: 403, no conflict. RFC 4825 §5.7, §8.2.5. */
import { PRES_CONTENT } from '../core/model/document-id.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { Aor } from '../core/uri/aor.ts'
import { Forbidden } from './http-errors.ts'

export type IsIconLocked = (owner: Aor) => MaybePromise<boolean>

/** Throws, or rejects with, `Forbidden`. */
export type CheckIconLock = (owner: Aor, auid: string | undefined) => MaybePromise<void>

/** `isIconLocked` is absent: none is. */
export function createIconLockCheck(isIconLocked: IsIconLocked = () => false): CheckIconLock {
  return (owner, auid) => {
    if (auid !== PRES_CONTENT) return undefined
    return whenReady(isIconLocked(owner), (isLocked) => {
      if (isLocked) throw locked()
    })
  }
}

function locked(): Forbidden {
  return new Forbidden({ phrase: 'This picture is locked: only an administrator changes it.' })
}
