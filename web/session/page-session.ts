/** Who is signed in on this page: from the cookie at the start, from the form, until the session ends. */
import { signal, type ReadonlySignal } from '@preact/signals'
import type { ClientClock } from '../../client/client-clock.ts'
import type { KeptTexts } from './browser-storage.ts'
import type { Session } from './session.ts'
import { createSessionKeeper, type SessionKeeper } from './session-keeper.ts'
import type { SessionService, SignIn } from './session-service.ts'
import { UNREACHABLE } from './sign-in-failure.ts'

/** What stands while somebody is signed in. */
export interface Opened {
  /** Leaves nothing behind on the server, as far as it answers. */
  close(): Promise<void>
}

type Stage<M extends Opened> =
  | { readonly name: 'starting' }
  | { readonly name: 'signed-out'; readonly address: string; readonly reason?: string }
  | { readonly name: 'signed-in'; readonly model: M }

/** What an opened model may ask for. */
export interface SessionDoors {
  /** The service refused the cookie, or the SIP password: the session may be over. */
  refused(what: 'http' | 'sip'): void
  signOut(): Promise<void>
}

export interface PageSession<M extends Opened> {
  readonly stage: ReadonlySignal<Stage<M>>
  /** Takes up the session of this browser's cookie, if there is one. */
  start(): Promise<void>
  /** Rejects with a SignInFailure. */
  signIn(wanted: SignIn): Promise<void>
  /** Asks whether the session still stands, as when the person comes back to the page. */
  lookAgain(): void
  /** Another tab of this browser is signing out, or has done so. */
  followSignOut(): void
}

const ADDRESS = 'visage.address'
/** Kept from signing out until the service has heard of it: all tabs of the browser share it. */
export const SIGNED_OUT = 'visage.signed-out'
const SESSION_OVER = 'Your session has ended. Sign in again to go on.'
const OTHER_TAB = 'You signed out in another tab.'
const STILL_SIGNED_OUT = 'You are signed out here, but the server did not answer to confirm it.'

interface PageSessionParts<M extends Opened> {
  readonly service: SessionService
  readonly open: (session: Session, doors: SessionDoors) => M
  readonly clock: ClientClock
  readonly kept: KeptTexts
}

export function createPageSession<M extends Opened>(parts: PageSessionParts<M>): PageSession<M> {
  return new CookieSession(parts)
}

class CookieSession<M extends Opened> implements PageSession<M> {
  readonly stage = signal<Stage<M>>({ name: 'starting' })
  readonly #parts: PageSessionParts<M>
  #current: { readonly keeper: SessionKeeper; readonly model: M } | undefined

  constructor(parts: PageSessionParts<M>) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    const { kept, service } = this.#parts
    try {
      if (kept.getItem(SIGNED_OUT) !== null) await this.#end()
      const wanted = kept.getItem(SIGNED_OUT) === null
      const session = wanted ? await service.restore() : undefined
      if (session) this.#enter(session)
      else this.#leave()
    } catch {
      this.#leave(UNREACHABLE)
    }
  }

  async signIn(wanted: SignIn): Promise<void> {
    const { kept, service } = this.#parts
    const session = await service.signIn(wanted)
    kept.removeItem(SIGNED_OUT)
    if (session.remembered) kept.setItem(ADDRESS, session.address.slice(4))
    this.#enter(session)
  }

  lookAgain(): void {
    void this.#current?.keeper.check()
  }

  followSignOut(): void {
    const current = this.#current
    if (!current) return
    if (this.#parts.kept.getItem(SIGNED_OUT) === null) {
      this.lookAgain()
      return
    }
    this.#leave(OTHER_TAB)
    void current.model.close()
  }

  #enter(session: Session): void {
    const { open, service, clock } = this.#parts
    const over = () => {
      this.#leave(SESSION_OVER, session.address.slice(4))
      void model.close()
    }
    const keeper = createSessionKeeper({ session, service, clock, over })
    const model = open(session, {
      refused: (what) => void this.#refused(what, keeper, over),
      signOut: () => this.#signOut(session, model),
    })
    this.#current = { keeper, model }
    this.stage.value = { name: 'signed-in', model }
  }

  async #refused(what: 'http' | 'sip', keeper: SessionKeeper, over: () => void): Promise<void> {
    const stands = await keeper.check()
    // A session that stands, and yet is not let in over SIP, is of no use either.
    if (stands && what === 'sip' && this.#current?.keeper === keeper) over()
  }

  async #signOut(session: Session, model: M): Promise<void> {
    const { kept } = this.#parts
    this.#current?.keeper.stop()
    // The other tabs hear of it now, and remove what they published.
    kept.setItem(SIGNED_OUT, 'yes')
    // The password for SIP goes last: with it the publication is removed.
    await model.close()
    if (!session.remembered) kept.removeItem(ADDRESS)
    const ended = await this.#end().catch(() => false)
    this.#leave(ended ? undefined : STILL_SIGNED_OUT)
  }

  /** Signed out stays signed out, though the service may hear of it later than the person wanted. */
  async #end(): Promise<true> {
    await this.#parts.service.end()
    this.#parts.kept.removeItem(SIGNED_OUT)
    return true
  }

  #leave(reason?: string, address = this.#parts.kept.getItem(ADDRESS) ?? ''): void {
    this.#current?.keeper.stop()
    this.#current = undefined
    this.stage.value = { name: 'signed-out', address, ...(reason !== undefined && { reason }) }
  }
}
