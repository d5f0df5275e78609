/** Account look-up: asks the hook about a person, a few at a time, and not at all while it only fails. */
import { createWorkQueue, QueueFull } from '../../core/images/work-queue.ts'
import type { Account } from '../../core/model/account.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { createCircuitBreaker, type CircuitBreaker } from './circuit-breaker.ts'
import { accountInAnswer } from './lookup-answer.ts'
import { LookupFailed, type LookupQuery, type LookupRequest } from './lookup-request.ts'

/** Undefined: there is no such account. Both reject with StoreUnavailable when the hook gives no answer. */
export interface AccountLookup {
  byAddress(address: Aor): Promise<Account | undefined>
  byUsername(realm: string, username: string): Promise<Account | undefined>
}

const AT_ONCE = 32
const MAY_WAIT = 1_000

interface AccountLookupParts {
  readonly request: LookupRequest
  readonly domains: Domains
  readonly clock: { now(): number }
  readonly log: Log
}

export function createAccountLookup(parts: AccountLookupParts): AccountLookup {
  const { domains, log } = parts
  const queue = createWorkQueue({ concurrency: AT_ONCE, waiting: MAY_WAIT })
  const breaker = loggedBreaker(parts)

  async function ask(query: LookupQuery, address: Aor): Promise<Account | undefined> {
    if (!breaker.mayAsk()) throw new StoreUnavailable('failed', 'the account look-up is failing')
    try {
      const account = await answerTo(query, address, parts)
      breaker.succeeded()
      return account
    } catch (error) {
      // One person's broken record, or a stranger's name that cannot be asked for, must not shut out everybody.
      if (error instanceof LookupFailed && error.concernsOne) breaker.succeeded()
      else breaker.failed()
      throw error
    }
  }

  async function inTurn(query: LookupQuery, address: Aor): Promise<Account | undefined> {
    try {
      return await queue.run(() => ask(query, address))
    } catch (error) {
      throw asUnavailable(error, log)
    }
  }

  return {
    byAddress: (address) => inTurn({ aor: address }, address),
    async byUsername(realm, username) {
      for (const address of addressesFor(realm, username, domains)) {
        const account = await inTurn({ aor: address, username, realm }, address)
        if (account) return account
      }
      return undefined
    },
  }
}

function loggedBreaker({ clock, log }: AccountLookupParts): CircuitBreaker {
  return createCircuitBreaker({
    clock,
    onChange(state) {
      if (state === 'closed') log.info({}, 'the account look-up answers again')
      else log.error({}, 'the account look-up fails again and again: it is left alone for a while')
    },
  })
}

/** Rejects with LookupFailed. */
async function answerTo(
  query: LookupQuery,
  address: Aor,
  { request, domains }: AccountLookupParts,
): Promise<Account | undefined> {
  const answer = await request(query)
  if (!answer) return undefined
  const { realm } = query
  const asked = realm === undefined ? { address } : { address, realm }
  const account = accountInAnswer(answer.content, asked, domains)
  if ('problem' in account) throw new LookupFailed(account.problem, { concernsOne: true })
  return account
}

/** Whom a username most likely stands for, in each domain of the realm: the hook may know it better. */
function addressesFor(realm: string, username: string, domains: Domains): Aor[] {
  const own = domains.all.filter((domain) => domain.lookup && domain.realm === realm)
  const whole = username.includes('@') ? parseAor(username) : undefined
  const spelled = whole && domains.canonical(whole)
  const domain = spelled && domains.of(spelled)
  if (domain && own.includes(domain)) return [spelled]
  return own.flatMap(({ name }) => parseAor(`sip:${encodeURIComponent(username)}@${name}`) ?? [])
}

function asUnavailable(error: unknown, log: Log): Error {
  if (error instanceof QueueFull) {
    return new StoreUnavailable('failed', 'too many account look-ups at once')
  }
  if (!(error instanceof LookupFailed)) return error as Error
  log.warn({ problem: error.message }, 'an account look-up failed')
  return new StoreUnavailable('failed', `account look-up: ${error.message}`)
}
