/** Icons that come too often are refused before they are read. RFC 6585 §4. */
import { PRES_CONTENT } from '../core/model/document-id.ts'
import type { Aor } from '../core/uri/aor.ts'
import { clientAddress, type IsTrusted } from './forwarded.ts'
import { TooManyUploads } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'

/** 0: it may, and one is counted; otherwise after how many seconds it may. `source`: an IP address. */
export type MayUpload = (account: Aor, source: string) => number

/** Throws `TooManyUploads`. */
export type CheckUpload = (request: HttpRequest, owner: Aor, auid: string) => void

export function createUploadCheck({
  mayUpload,
  trustProxy,
}: {
  /** Absent: always. */
  mayUpload?: MayUpload | undefined
  trustProxy: IsTrusted
}): CheckUpload {
  return (request, owner, auid) => {
    if (!mayUpload || auid !== PRES_CONTENT) return
    const wait = mayUpload(owner, clientAddress(request, trustProxy))
    if (wait > 0) throw new TooManyUploads(wait)
  }
}
