/** Sends an icon as a web form does, and tells how much of it has left. RFC 7578; XMLHttpRequest standard §3.5. */
import { HttpUnreachable } from '../http-unreachable.ts'
import { xcapErrorFrom } from '../xcap-error.ts'

export interface IconUpload {
  /** `/icons/<address>` of the service, where this page is signed in. */
  readonly url: string
  readonly image: Blob
  readonly signal?: AbortSignal
  /** The part that has left, 0 to 1. */
  readonly onProgress?: (part: number) => void
  readonly createRequest?: () => XMLHttpRequest
}

export interface UploadedIcon {
  /** Where it is stored. */
  readonly url: string
  /** Without quotes. */
  readonly etag: string
}

/** Milliseconds: a slow connection has time, a dead one does not hold the person for ever. */
const PATIENCE = 120_000

/** Rejects with `XcapError` (refused), `HttpUnreachable` (no answer) or the signal's reason. */
export function uploadIcon({
  url,
  image,
  signal,
  onProgress,
  createRequest = () => new XMLHttpRequest(),
}: IconUpload): Promise<UploadedIcon> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const request = createRequest()
    const abort = () => {
      request.abort()
    }
    const settle = () => signal?.removeEventListener('abort', abort)
    signal?.addEventListener('abort', abort)
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      if (total > 0) onProgress?.(loaded / total)
    })
    // Exactly one of load, error, timeout and abort comes before it. XMLHttpRequest §3.5.6
    request.addEventListener('loadend', () => {
      settle()
      if (signal?.aborted) reject(signal.reason as Error)
      else if (request.status === 0) reject(new HttpUnreachable(url, new Error('no connection')))
      else if (request.status >= 300) reject(xcapErrorFrom(answerOf(request, url)))
      else resolve(uploaded(request.responseText, url))
    })
    request.open('POST', url)
    request.timeout = PATIENCE
    request.send(formWith(image))
  })
}

function formWith(image: Blob): FormData {
  const form = new FormData()
  form.append('icon', image, 'picture')
  return form
}

function answerOf(request: XMLHttpRequest, url: string) {
  const { status, statusText: reason, responseText } = request
  const headers = new Headers({ 'Content-Type': request.getResponseHeader('Content-Type') ?? '' })
  return { status, reason, url, headers, body: new TextEncoder().encode(responseText) }
}

/** What a service does not say of the stored icon is left as it was asked. */
function uploaded(json: string, url: string): UploadedIcon {
  try {
    const told = JSON.parse(json) as Partial<UploadedIcon> | null
    return { url: told?.url ?? url, etag: told?.etag ?? '' }
  } catch {
    return { url, etag: '' }
  }
}
