/** An operation as an HTTP request, from the asking side. */
import type { OperationDescription } from './operation.ts'
import { fillPath, pathMembers } from './operation-path.ts'

export const API_ROOT = '/admin/v1'

export interface OperationRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** `input`: the description's own, as it is before its check. */
export function writeRequest(
  { method, path, takes }: OperationDescription,
  input: Readonly<Record<string, unknown>>,
): OperationRequest {
  const named = new Set(pathMembers(path))
  const others = Object.entries(input).filter(
    ([name, value]) => !named.has(name) && value !== undefined,
  )
  const target = API_ROOT + fillPath(path, input)
  if (takes) {
    const query = queryOf(others.filter(([name]) => name !== 'bytes'))
    const headers = { 'content-type': takes[0] ?? 'application/octet-stream' }
    return { method, path: target + query, headers, body: input['bytes'] as Uint8Array }
  }
  if (method === 'GET' || method === 'DELETE') {
    return { method, path: target + queryOf(others), headers: {} }
  }
  const headers = { 'content-type': 'application/json' }
  return { method, path: target, headers, body: JSON.stringify(Object.fromEntries(others)) }
}

function queryOf(members: readonly (readonly [string, unknown])[]): string {
  const query = new URLSearchParams()
  for (const [name, value] of members) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one))
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}
