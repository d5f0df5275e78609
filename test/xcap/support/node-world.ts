/** An XCAP server with a usage for tests, and requests to nodes of one document of alice's. */
import type { ServiceChanges, XcapService } from './xcap-service.ts'
import { startXcapService } from './xcap-service.ts'
import type { CallResult } from './xcap-caller.ts'

export const ELEMENT = 'application/xcap-el+xml'
export const ATTRIBUTE = 'application/xcap-att+xml'
export const NAMESPACES = 'application/xcap-ns+xml'
export const TEST_APP = 'application/test-app+xml'
export const DOCUMENT = '/xcap-root/test-app/users/sip:alice@example.com/index'

type Headers = Readonly<Record<string, string>>

export interface NodeWorld {
  readonly service: XcapService
  /** A request of alice's own, who is vouched for; `node` is the node selector, as sent, or '' for the document. */
  call(
    method: string,
    node: string,
    options?: { headers?: Headers; body?: string | Uint8Array; document?: string },
  ): Promise<CallResult>
  /** PUT with the media type that fits the selector. */
  put(node: string, body: string | Uint8Array, headers?: Headers): Promise<CallResult>
  /** The stored document. */
  text(): Promise<string>
}

export async function startNodeWorld(changes: ServiceChanges = {}): Promise<NodeWorld> {
  const service = await startXcapService({
    assertedFrom: (address) => address === '127.0.0.1',
    applicationUsages: [{ auid: 'test-app', namespace: 'test-app', mediaType: TEST_APP }],
    ...changes,
  })
  const call: NodeWorld['call'] = (method, node, { headers, body, document = DOCUMENT } = {}) =>
    service.call(method, node === '' ? document : `${document}/~~/${node}`, {
      headers: { 'X-3GPP-Asserted-Identity': '"sip:alice@example.com"', ...headers },
      ...(body !== undefined && { body }),
    })
  return {
    service,
    call,
    put: (node, body, headers) =>
      call('PUT', node, { body, headers: { 'Content-Type': mediaTypeFor(node), ...headers } }),
    text: async () => (await call('GET', '')).text,
  }
}

function mediaTypeFor(node: string): string {
  if (node === '') return TEST_APP
  return /\/@[^/]*$/.test(node.split('?')[0] ?? '') ? ATTRIBUTE : ELEMENT
}
