/** XCAP client: reads and writes the documents of one person on any XCAP server. RFC 4825 §7. */
import { buildXcapUri, type XcapUri } from '../core/uri/xcap-uri.ts'
import type { Abortable } from './abortable.ts'
import { createDigestCredentials } from './digest-credentials.ts'
import { createHttpExchange, type HttpAnswer, type HttpRequest } from './http-exchange.ts'
import { xcapErrorFrom } from './xcap-error.ts'

export interface XcapClient {
  /** Absolute, without a slash at the end. */
  readonly root: string
  url(uri: XcapUri): string
  /** A 304 is an answer with no body. Rejects with `XcapError` or `HttpUnreachable`, as the others do. */
  get(
    uri: XcapUri,
    options?: Abortable & { accept?: string; ifNoneMatch?: string },
  ): Promise<XcapAnswer>
  put(uri: XcapUri, content: XcapContent, conditions?: XcapConditions): Promise<XcapAnswer>
  delete(uri: XcapUri, conditions?: XcapConditions): Promise<XcapAnswer>
}

export interface XcapContent {
  readonly contentType: string
  readonly body: Uint8Array
}

/** Entity tags without quotes, or `*`. RFC 4825 §7.11. */
export interface XcapConditions extends Abortable {
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
}

export interface XcapAnswer extends HttpAnswer {
  /** Without quotes. */
  readonly etag?: string
  /** In lower case, without parameters. */
  readonly contentType?: string
}

export interface XcapClientOptions {
  readonly xcapRoot: string
  /** Absent: only what everybody may read. */
  readonly credentials?: { readonly username: string; readonly password: string }
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds. */
  readonly timeout?: number
}

export function createXcapClient(options: XcapClientOptions): XcapClient {
  const { credentials, ...exchangeOptions } = options
  const exchange = createHttpExchange({
    ...exchangeOptions,
    ...(credentials && { credentials: createDigestCredentials(credentials) }),
  })
  const root = options.xcapRoot.replace(/\/+$/, '')
  const url = (uri: XcapUri) => root + buildXcapUri(uri)

  async function send(
    request: Omit<HttpRequest, 'url'> & { readonly uri: XcapUri },
  ): Promise<XcapAnswer> {
    const { uri, ...rest } = request
    const answer = await exchange.send({ ...rest, url: url(uri) })
    if (answer.status >= 300 && answer.status !== 304) throw xcapErrorFrom(answer)
    const etag = answer.headers.get('etag')
    const contentType = answer.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
    return {
      ...answer,
      ...(etag !== null && { etag: etag.replace(/^(?:W\/)?"(.*)"$/, '$1') }),
      ...(contentType && { contentType }),
    }
  }

  return {
    root,
    url,
    get: (uri, { accept, signal, ...conditions } = {}) => {
      const accepted = accept === undefined ? {} : { Accept: accept }
      const headers = { ...accepted, ...conditionHeaders(conditions) }
      return send({ method: 'GET', uri, headers, signal })
    },
    put: (uri, { contentType, body }, conditions = {}) => {
      const headers = { 'Content-Type': contentType, ...conditionHeaders(conditions) }
      return send({ method: 'PUT', uri, headers, body, signal: conditions.signal })
    },
    delete: (uri, conditions = {}) => {
      const headers = conditionHeaders(conditions)
      return send({ method: 'DELETE', uri, headers, signal: conditions.signal })
    },
  }
}

function conditionHeaders({ ifMatch, ifNoneMatch }: XcapConditions): Record<string, string> {
  return {
    ...(ifMatch !== undefined && { 'If-Match': printed(ifMatch) }),
    ...(ifNoneMatch !== undefined && { 'If-None-Match': printed(ifNoneMatch) }),
  }
}

/** RFC 9110 §8.8.3. */
function printed(tag: string): string {
  return tag === '*' ? tag : `"${tag}"`
}
