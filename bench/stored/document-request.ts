/** The request that a document scenario repeats. */
import type { HttpRequest } from '../load/http-load.ts'
import { entryNode, resourceLists } from './resource-lists.ts'
import type { DocumentScenario } from '../scenarios/http.ts'
import { LISTS_TYPE, USER } from './stored-documents.ts'

/** Every document and every element that is written has a name in it that is new. */
const NAME = 'Somebody {count}'

export function documentRequest(
  { method, bytes, entry, connections }: DocumentScenario,
  path: string,
): HttpRequest {
  const shared = { method, login: USER, status: 200, connections }
  if (method === 'GET') return { ...shared, path }
  if (entry === undefined) {
    const headers = `Content-Type: ${LISTS_TYPE}\r\n`
    return { ...shared, path, headers, body: resourceLists(bytes, NAME) }
  }
  const { selector, body } = entryNode(entry, NAME)
  const headers = 'Content-Type: application/xcap-el+xml\r\n'
  return { ...shared, path: `${path}/~~/${selector}`, headers, body }
}
