/** Observed: what one process counts of itself, outside of its SIP stack and agent; plain numbers, read when somebody looks. */
import type { DigestAuthenticator } from '../../core/digest/digest-authenticator.ts'
import type { AuthenticationOutcome, MaybePromise } from '../../core/digest/authentication.ts'
import { createHistogram, type Histogram } from '../../core/model/histogram.ts'
import type { RefusedCounts } from '../load/refused-counts.ts'
import { createHttpCounts, type HttpCounts } from './http-counts.ts'
import { createStoreLatency, type StoreLatency } from './store-latency.ts'

export interface Observed {
  readonly http: HttpCounts
  readonly store: StoreLatency
  /** Requests refused for want of time, or because somebody asks too often; by why. */
  readonly refused: RefusedCounts
  /** By what became of the credentials. */
  readonly digest: Map<string, number>
  readonly images: { underWay: number; readonly took: Histogram }
}

export function createObserved(xcapRoot: string): Observed {
  return {
    http: createHttpCounts(xcapRoot),
    store: createStoreLatency(),
    refused: { overload: 0, sipSource: 0, sipAccount: 0, httpSource: 0, httpAccount: 0 },
    digest: new Map(),
    images: { underWay: 0, took: createHistogram() },
  }
}

/** The same authenticator, whose outcomes are counted. */
export function countedAuthenticator<A>(
  authenticator: DigestAuthenticator<A>,
  { digest }: Pick<Observed, 'digest'>,
): DigestAuthenticator<A> {
  const count = (outcome: AuthenticationOutcome<A>) => {
    const name = outcome.ok ? 'ok' : outcome.reason
    digest.set(name, (digest.get(name) ?? 0) + 1)
    return outcome
  }
  const counted = (outcome: MaybePromise<AuthenticationOutcome<A>>) =>
    outcome instanceof Promise ? outcome.then(count) : count(outcome)
  return {
    authenticate: (request) => counted(authenticator.authenticate(request)),
    checkPassword: (...given) => counted(authenticator.checkPassword(...given)),
  }
}
