/** Keeps a session from running out for as long as the page is open. */
import type { ClientClock } from '../../client/client-clock.ts'
import type { Session } from './session.ts'
import type { SessionService } from './session-service.ts'

export interface SessionKeeper {
  /** Asks the service at once, as after something was refused. True: nothing says that the session is over. */
  check(): Promise<boolean>
  stop(): void
}

const RETRY_MS = 30_000
/** A browser's timers hold no more than 24 days. */
const LONGEST_WAIT_MS = 24 * 3_600_000

/** `over`: called once, when the session has ended. */
export function createSessionKeeper({
  session,
  service,
  clock,
  over,
}: {
  session: Session
  service: Pick<SessionService, 'prolong'>
  clock: ClientClock
  over: () => void
}): SessionKeeper {
  let stopped = false
  let cancel: () => void = () => undefined

  function again(milliseconds: number): void {
    cancel()
    if (!stopped) cancel = clock.after(milliseconds, () => void check())
  }

  async function check(): Promise<boolean> {
    // No answer is no end: whether the session stands is known when the service is back.
    const answer = await service.prolong().catch(() => 'none' as const)
    if (stopped) return false
    if (answer === 'none') again(RETRY_MS)
    // Another tab may have signed in somebody else: the cookie is theirs.
    else if (answer?.address === session.address) again(halfTime(answer, clock.now()))
    else return end()
    return true
  }

  function end(): false {
    stop()
    over()
    return false
  }

  function stop(): void {
    stopped = true
    cancel()
  }

  again(halfTime(session, clock.now()))
  return { check, stop }
}

/** What fails at half time can be tried again. */
function halfTime({ expires }: Session, now: number): number {
  return Math.min(Math.max((expires - now) / 2, RETRY_MS), LONGEST_WAIT_MS)
}
