/** Readiness of one process: whether people may be sent here, and if not, why. */

/**
 * `starting`: not everything listens yet. `draining`: it is about to end, and serves meanwhile who is here. `store`: the store
 * cannot be asked. `workers`: some of the service's processes are away.
 */
type Unreadiness = 'starting' | 'draining' | 'store' | 'workers'

export interface Readiness {
  /** Empty: it is ready. */
  readonly reasons: () => readonly Unreadiness[]
  /** Numbers of the workers that are away. */
  readonly missing: () => readonly number[]
  /** This process takes people on, whatever becomes of the other workers: what OPTIONS is answered by. RFC 3261 §11. */
  readonly isWelcoming: () => boolean
  /** Everything listens. */
  readonly open: () => void
  /** For good: from now on load balancers and dispatchers are to send people elsewhere. Twice is as once. */
  readonly drain: () => void
}

interface ReadinessParts {
  /** Whether the store can be asked; absent: always. */
  readonly isLive?: (() => boolean) | undefined
  /** Numbers of the workers that are away; absent: there are none. */
  readonly missing?: (() => readonly number[]) | undefined
}

export function createReadiness({
  isLive = () => true,
  missing = () => [],
}: ReadinessParts): Readiness {
  let stage: 'starting' | 'open' | 'draining' = 'starting'
  return {
    missing,
    isWelcoming: () => stage === 'open' && isLive(),
    reasons: () => [
      ...(stage === 'open' ? [] : [stage]),
      ...(isLive() ? [] : (['store'] as const)),
      ...(missing().length > 0 ? (['workers'] as const) : []),
    ],
    open() {
      if (stage === 'starting') stage = 'open'
    },
    drain() {
      stage = 'draining'
    },
  }
}
