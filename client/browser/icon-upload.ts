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
  /** An administrator must approve it first: only its owner sees it until then. The service answered 202. RFC 9110 §15.3.3. */
  readonly waits: boolean
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
      else resolve(uploaded(request, url))
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
function uploaded(request: XMLHttpRequest, asked: string): UploadedIcon {
  // What waits is told of by words and header fields.
  if (request.status === 202) return { ...heldAt(request, asked), waits: true }
  try {
    const told = JSON.parse(request.responseText) as Partial<UploadedIcon> | null
    return { url: told?.url ?? asked, etag: told?.etag ?? '', waits: false }
  } catch {
    return { url: asked, etag: '', waits: false }
  }
}

function heldAt(request: XMLHttpRequest, asked: string): Omit<UploadedIcon, 'waits'> {
  const url = request.getResponseHeader('Location') ?? asked
  return { url, etag: unquoted(request.getResponseHeader('ETag') ?? '') }
}

/** RFC 9110 §8.8.3. */
function unquoted(tag: string): string {
  return tag.replace(/^(?:W\/)?"(.*)"$/, '$1')
}
