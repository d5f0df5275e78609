/**
 * Operation of the administration: one thing that an operator asks for. The same whichever way it comes: over HTTP below
 * /admin/v1, by the socket in the data folder, or from a command on a store that no service has open.
 */
import type { z } from 'zod'

/** `read` changes nothing; `write` is noted in the audit log. */
type Scope = 'read' | 'write'

/**
 * Whose data is asked for: a token that is for some domains does nothing to others. `service`: everybody's, so a token for all
 * domains is needed. `own`: that of the caller's domains, and the operation itself leaves out all other.
 */
export type Concern = { readonly address: string } | { readonly domain: string } | 'service' | 'own'

/** What OpenAPI tells of it, and what checks it on its way in and out. */
export interface OperationDescription<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  /** OpenAPI's operationId, and the audit log's word for it: `putIcon`. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /admin/v1: `/accounts/{address}/icon`. What stands in braces is a member of the input. */
  readonly path: string
  /** One sentence for people. */
  readonly summary: string
  readonly scope: Scope
  /** It changes nothing and is noted all the same: who asks sees all that there is of a person. */
  readonly audited?: true
  /** Nobody may ask for it over the network, only who may open the data folder. */
  readonly localOnly?: true
  /** Only a running service can do it; why, in words: `only a running one knows who watches whom`. */
  readonly needsService?: string
  /**
   * An object. Members that the path does not name are in the query of GET and DELETE, else in a JSON body. What stands in the
   * path or a query is text there: operation-values.ts has numbers and flags that take both. Several of a name are an array.
   */
  readonly input: Input
  /** The body is no JSON but octets, which are the input's member `bytes`; others that the path does not name are in the query. */
  readonly takes?: readonly string[]
  /** Of the result, as JSON. */
  readonly output: Output
  /** The result is no JSON but octets of this media type: the output is `{ bytes: Uint8Array }`. */
  readonly gives?: string
  /** They are too many for the memory: the output is `{ bytes: AsyncIterable<Uint8Array> }`. */
  readonly inPieces?: true
  /** It makes something new, which is found here: members of input and output fill the braces. */
  readonly creates?: string
  /** Several: all of them must be within the caller's reach. */
  readonly concerns: (input: z.output<Input>) => Concern | readonly Concern[]
}

/** Who asks. */
export interface Caller {
  /** `token:ID`, or `local:USER` for who may open the data folder. */
  readonly who: string
  /** What people call the token. */
  readonly name?: string
  /** The peer's IP address; absent: this machine. */
  readonly from?: string
  /** Which domains it may administer, by their own names; absent: all. */
  readonly domains?: readonly string[]
  /** It may ask for nothing of scope `write`. */
  readonly readOnly?: true
  /** What it sends travels without encryption: a password must not. */
  readonly inClear?: true
}

export interface Operation {
  readonly description: OperationDescription
  /** With input that was checked; members that the output does not describe are left out of what it gives. Rejects with AccountProblem when the request cannot be met. */
  readonly run: (input: never, caller: Caller) => Promise<unknown>
}

export function describeOperation<Input extends z.ZodType, Output extends z.ZodType>(
  description: OperationDescription<Input, Output>,
): OperationDescription<Input, Output> {
  return description
}

export function operation<Input extends z.ZodType, Output extends z.ZodType>(
  description: OperationDescription<Input, Output>,
  run: (input: z.output<Input>, caller: Caller) => Promise<z.input<Output>>,
): Operation {
  return { description, run }
}

/** Asks for an operation, here or of a running service. Rejects with AccountProblem. */
export type Ask = <Input extends z.ZodType, Output extends z.ZodType>(
  description: OperationDescription<Input, Output>,
  input: z.input<Input>,
) => Promise<z.output<Output>>
