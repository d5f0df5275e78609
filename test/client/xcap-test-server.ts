/** A small XCAP server for the client's tests: documents in memory, Digest, entity tags, a directory. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ha1Credentials } from '../../core/digest/account-credentials.ts'
import { createDigestAuthenticator } from '../../core/digest/digest-authenticator.ts'
import type { DigestAlgorithm } from '../../core/digest/digest-algorithm.ts'
import { hmacSha256, nodeHashes } from '../../core/digest/node-hashes.ts'
import { serializeXcapDirectory } from '../../core/documents/xcap-directory.ts'

export interface Seen {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

interface Scripted {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

export interface XcapTestServer {
  readonly root: string
  readonly seen: Seen[]
  /** By path below the root. */
  readonly documents: Map<string, { body: Buffer; type: string; tag: string }>
  /** The next authenticated request gets this answer. */
  answerNext(answer: Scripted): void
  /** The nonces given out so far are not taken any more. */
  forgetNonces(): void
  close(): Promise<void>
}

export const PASSWORD = 'correct horse'

export async function startXcapTestServer({
  algorithms = ['MD5'],
}: { algorithms?: readonly DigestAlgorithm[] } = {}): Promise<XcapTestServer> {
  const credentials = ha1Credentials({
    usernames: ['alice'],
    realm: 'localhost',
    password: PASSWORD,
    algorithms,
    hashes: nodeHashes,
  })
  let skew = 0
  const authenticator = createDigestAuthenticator({
    hashes: nodeHashes,
    sign: hmacSha256(new Uint8Array(32)),
    clock: { now: () => Date.now() + skew },
    algorithms,
    findCredential: (_realm, username, algorithm) => {
      const found = credentials.find(
        (one) => one.username === username && one.algorithm === algorithm,
      )
      return found && { ha1: found.ha1, account: username }
    },
  })
  const seen: Seen[] = []
  const documents: XcapTestServer['documents'] = new Map()
  const scripted: Scripted[] = []
  let tags = 0

  function directory(root: string): string {
    const folder = 'oma_status-icon'
    const entries = [...documents]
      .filter(([path]) => path.startsWith(`/${folder}/`))
      .map(([path, { tag }]) => ({ uri: root + path, etag: tag }))
    const pres = {
      auid: 'pres-rules',
      entries: [{ uri: `${root}/pres-rules/users/sip:alice@localhost/index`, etag: 'p1' }],
    }
    return serializeXcapDirectory([
      { ...pres, extensions: [] },
      { auid: folder, entries, extensions: [] },
    ])
  }

  function serve(
    request: Seen,
    path: string,
    answer: (given: Scripted & { bytes?: Buffer }) => void,
  ) {
    const next = scripted.shift()
    if (next) {
      answer(next)
      return
    }
    if (path.startsWith('/org.openmobilealliance.xcap-directory/')) {
      const headers = { 'content-type': 'application/vnd.oma.xcap-directory+xml' }
      answer({ status: 200, headers, body: directory(root) })
      return
    }
    const known = documents.get(path)
    const type = known?.type ?? request.headers['content-type'] ?? ''
    if (request.method === 'PUT') {
      const tag = `tag${++tags}`
      documents.set(path, { body: request.body, type, tag })
      answer({ status: known ? 200 : 201, headers: { etag: `"${tag}"`, 'content-type': type } })
    } else if (!known) {
      answer({ status: 404 })
    } else if (request.method === 'DELETE') {
      documents.delete(path)
      answer({ status: 200, headers: { 'content-type': type } })
    } else if (request.headers['if-none-match'] === `"${known.tag}"`) {
      answer({ status: 304, headers: { etag: `"${known.tag}"` } })
    } else {
      answer({
        status: 200,
        headers: { etag: `"${known.tag}"`, 'content-type': type },
        bytes: known.body,
      })
    }
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse) {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part as Buffer)
    const { method = '', url = '', headers } = incoming
    const request = { method, target: url, headers, body: Buffer.concat(parts) }
    seen.push(request)
    const outcome = await authenticator.authenticate({
      authorization: headers.authorization === undefined ? undefined : [headers.authorization],
      method,
      realm: 'localhost',
      acceptsUri: (uri) => uri === url,
      source: '127.0.0.1',
    })
    const answer = ({
      status,
      headers: given,
      body = '',
      bytes,
    }: Scripted & { bytes?: Buffer }) => {
      const content = bytes ?? Buffer.from(body)
      response.writeHead(status, { ...given, 'content-length': content.length })
      response.end(status === 304 ? undefined : content)
    }
    if (outcome.ok) serve(request, url.slice('/xcap-root'.length), answer)
    else {
      response.setHeader('www-authenticate', outcome.challenge)
      answer({ status: 401 })
    }
  }

  const server = createServer((request, response) => {
    void handle(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/xcap-root`
  return {
    root,
    seen,
    documents,
    answerNext: (answer) => {
      scripted.push(answer)
    },
    forgetNonces: () => {
      skew += 7_200_000
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
