/** Traces of somebody's SIP messages, while they last. Starting one is noted: it looks into what people say to each other. */
import { z } from 'zod'
import type { Domains } from '../../core/model/domain.ts'
import { parseAor } from '../../core/uri/aor.ts'
import type { AccountAdministration } from '../account-administration.ts'
import { AccountProblem } from '../account-problem.ts'
import type { TraceMessage } from '../trace/trace-message.ts'
import type { Traces } from '../trace/traces.ts'
import { addressValue } from './operation-values.ts'
import { describeOperation, operation, type Operation } from './operation.ts'

const LONGEST = 3600

const needsService = 'only a running one hears messages'
const ofTrace = z.object({ address: addressValue, trace: z.uuid() })

export const startTrace = describeOperation({
  name: 'startTrace',
  method: 'POST',
  path: '/accounts/{address}/traces',
  summary: 'Follows all SIP messages from, to and about an address for some time.',
  scope: 'write',
  needsService,
  input: z.object({
    address: addressValue,
    seconds: z.coerce.number().int().min(1).max(LONGEST).default(600),
  }),
  output: z.object({ trace: z.uuid() }),
  creates: '/accounts/{address}/traces/{trace}',
  concerns: ({ address }) => ({ address }),
})

const traced = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  direction: z.enum(['in', 'out']),
  transport: z.string(),
  localAddress: z.string(),
  localPort: z.number(),
  remoteAddress: z.string(),
  remotePort: z.number(),
  /** Base64. */
  octets: z.string(),
})

export type TracedMessage = z.output<typeof traced>

export const fetchTrace = describeOperation({
  name: 'fetchTrace',
  method: 'GET',
  path: '/accounts/{address}/traces/{trace}',
  summary: 'Gives the messages that a trace has heard since it was fetched last.',
  scope: 'read',
  needsService,
  input: ofTrace,
  output: z.object({ messages: z.array(traced), lost: z.number(), isOver: z.boolean() }),
  concerns: ({ address }) => ({ address }),
})

export const stopTrace = describeOperation({
  name: 'stopTrace',
  method: 'DELETE',
  path: '/accounts/{address}/traces/{trace}',
  summary: 'Ends a trace.',
  scope: 'write',
  needsService,
  input: ofTrace,
  output: z.object({ stopped: z.boolean() }),
  concerns: ({ address }) => ({ address }),
})

interface TraceOperationParts {
  readonly traces: Traces
  readonly accounts: Pick<AccountAdministration, 'find'>
  readonly domains?: Pick<Domains, 'canonical'> | undefined
}

export function traceOperations({ traces, ...parts }: TraceOperationParts): readonly Operation[] {
  return [
    operation(startTrace, async ({ address, seconds }) => {
      const trace = traces.start(await addressesOf(address, parts), seconds)
      if (trace === undefined) throw new AccountProblem('too many traces are under way')
      return { trace }
    }),
    operation(fetchTrace, ({ trace }) => {
      const fetched = traces.fetch(trace)
      if (!fetched) throw new AccountProblem('there is no such trace, or it is over', 'absent')
      return Promise.resolve({ ...fetched, messages: fetched.messages.map(written) })
    }),
    operation(stopTrace, ({ trace }) => Promise.resolve({ stopped: traces.stop(trace) })),
  ]
}

/** With aliases. Where accounts live elsewhere there is the address alone. */
async function addressesOf(
  address: string,
  { accounts, domains }: Omit<TraceOperationParts, 'traces'>,
): Promise<string[]> {
  const aor = parseAor(address)
  if (aor === undefined) throw new AccountProblem(`${address} is no address`, 'invalid')
  const known = await accounts.find(address).catch(() => undefined)
  const all = [address, ...(known ? [known.address, ...known.aliases] : [])]
  return all.flatMap((one) => {
    const parsed = parseAor(one)
    return parsed === undefined ? [] : [domains?.canonical(parsed) ?? parsed]
  })
}

function written({ octets, ...facts }: TraceMessage): TracedMessage {
  return { ...facts, octets: octets.toString('base64') }
}
