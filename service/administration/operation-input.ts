/** An operation's input, from the HTTP request that asks for it. */
import type { IncomingMessage } from 'node:http'
import { AccountProblem } from '../account-problem.ts'
import type { OperationDescription } from './operation.ts'

const LARGEST_REQUEST = 16 * 2 ** 20
/** Of JSON: each costs the check of it much more than its octets. */
const MOST_VALUES = 100_000

/** Not checked yet. Rejects with AccountProblem. */
export async function readInput(
  request: IncomingMessage,
  { method, takes }: OperationDescription,
  { inPath, query }: { inPath: Readonly<Record<string, string>>; query: URLSearchParams },
): Promise<unknown> {
  if (takes) {
    requireType(request, takes)
    return { ...queryMembers(query), bytes: await octetsOf(request), ...inPath }
  }
  if (method === 'GET' || method === 'DELETE') return { ...queryMembers(query), ...inPath }
  const octets = await octetsOf(request)
  if (octets.length === 0) return inPath
  requireType(request, ['application/json'])
  requireFewValues(octets)
  const body = parseJson(octets)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AccountProblem('the body is not a JSON object', 'invalid')
  }
  // A member that the path names is what the path says.
  return { ...body, ...inPath }
}

/** Parameters of the type are tolerated. */
function requireType(request: IncomingMessage, types: readonly string[]): void {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (types.includes(type)) return
  throw new AccountProblem(`the body must be ${types.join(' or ')}`, 'unsupported')
}

function queryMembers(query: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(query.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const [first = '', ...others] = query.getAll(name)
      return [name, others.length === 0 ? first : [first, ...others]]
    }),
  )
}

const COMMA = 0x2c
const BRACKET = 0x5b
const BRACE = 0x7b

/** Before each value there is a comma or what opens a list or an object; those within texts are counted, too. RFC 8259 §2 */
function requireFewValues(octets: Uint8Array): void {
  let count = 0
  for (const octet of octets) {
    if (octet === COMMA || octet === BRACKET || octet === BRACE) count += 1
  }
  if (count <= MOST_VALUES) return
  throw new AccountProblem(`more than ${String(MOST_VALUES)} values in one request`, 'too-large')
}

function parseJson(octets: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(octets).toString('utf8'))
  } catch (error) {
    throw new AccountProblem(`the body is no JSON: ${(error as Error).message}`, 'invalid')
  }
}

async function octetsOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > LARGEST_REQUEST) throw new AccountProblem('the request is too large', 'too-large')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
