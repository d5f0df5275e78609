/** Sends requests exactly as told, and signs in with Digest when asked to. */
import http from 'node:http'
import { serializeAuthorization } from '../../../core/digest/authorization.ts'
import { parseChallenges } from '../../../core/digest/challenge.ts'
import { digestResponse, ha1 } from '../../../core/digest/digest-response.ts'
import { nodeHashes } from '../../../core/digest/node-hashes.ts'

interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Signs in under this name after the challenge. */
  readonly as?: string
  readonly password?: string
}

export interface CallResult {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

export type XcapCaller = (
  method: string,
  target: string,
  options?: CallOptions,
) => Promise<CallResult>

export function createXcapCaller({
  port,
  password,
}: {
  port: number
  password: string
}): XcapCaller {
  const once: XcapCaller = (method, target, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
      const request = http.request(
        { host: '127.0.0.1', port, method, path: target, headers: { ...length, ...headers } },
        (response) => {
          const chunks: Buffer[] = []
          response
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('error', reject)
            .on('end', () => {
              const bytes = Buffer.concat(chunks)
              const { statusCode: status = 0, headers: fields } = response
              resolve({ status, headers: fields, body: bytes, text: bytes.toString() })
            })
        },
      )
      request.on('error', reject)
      request.end(body)
    })

  return async (method, target, options = {}) => {
    const { as: username, headers, password: other } = options
    const first = await once(method, target, options)
    if (username === undefined || first.status !== 401) return first
    const authorization = signIn({
      challenge: first.headers['www-authenticate'] ?? '',
      ...{ method, target, username, password: other ?? password },
    })
    return once(method, target, {
      ...options,
      headers: { ...headers, Authorization: authorization },
    })
  }
}

/** Credentials for the first Digest challenge. */
export function signIn({
  challenge: field,
  method,
  target,
  username,
  password,
}: {
  challenge: string
  method: string
  target: string
  username: string
  password: string
}): string {
  const [challenge] = parseChallenges(field)
  if (!challenge) throw new Error(`no Digest challenge in ${field}`)
  const { realm, nonce, algorithm } = challenge
  const hash = nodeHashes[algorithm]
  const proof = {
    ...{ method, uri: target, nonce, ha1: ha1(hash, { username, realm, password }) },
    protection: { qop: 'auth', nc: '00000001', cnonce: 'c0ffee' },
  }
  const response = digestResponse(hash, proof)
  return serializeAuthorization({ ...proof, username, realm, response, algorithm })
}
