/** An address and what each method does there. RFC 9110 §9. */
import type { Handle } from './answer.ts'
import { optionsReply } from './cors.ts'
import type { ErrorReply } from './error-replies.ts'
import { MethodNotAllowed } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'

export interface Resource {
  /** The resource is everything below this path. */
  readonly path: string
  /** HEAD is answered by GET. */
  readonly methods: Readonly<Partial<Record<'GET' | 'PUT' | 'DELETE' | 'POST', Handle>>>
  /** What Allow says of an address below the path; absent: all of the methods. RFC 9110 §10.2.1 */
  readonly allow?: (request: HttpRequest) => string
  /** How refusals look; absent: plain text. */
  readonly errorReply?: ErrorReply
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/')
}

/** One handler for all methods of a resource. */
export function handleResource({ methods, allow }: Resource): Handle {
  const handlers = new Map<string, Handle>(Object.entries(methods))
  const { GET } = methods
  if (GET) handlers.set('HEAD', GET)
  const all = [...handlers.keys(), 'OPTIONS'].join(', ')
  const allowed = allow ?? (() => all)
  handlers.set('OPTIONS', (request) => optionsReply(request, allowed(request)))
  return (request) => {
    const handle = handlers.get(request.method)
    // Known before anybody is asked who they are. RFC 4825 §8.1
    if (!handle) throw new MethodNotAllowed(allowed(request))
    return handle(request)
  }
}
