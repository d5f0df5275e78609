/** Watches people by one subscription that brings the list of them, or each by herself where the server takes no lists. RFC 5367. */
import { serializeResourceLists } from '../core/documents/resource-lists.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import type { FetchParts } from './fetch-state.ts'
import { createListReader } from './list-notifications.ts'
import { mediaTypeOf, MULTIPART_RELATED } from './multipart-related.ts'
import { PresenceError } from './presence-error.ts'
import { NOTHING_KNOWN, type PresenceNotification } from './presence.ts'
import { isSipAddress } from './sip-js-configuration.ts'
import type { StateReport, StateReporter } from './state-report.ts'
import { PRESENCE_OR_LIST, watchPresence, type PresenceWatch } from './watch-presence.ts'
import type { WatchSink, WatchSource } from './watch.ts'
import { watchSubscription, type WatchedSubscription } from './watched-subscription.ts'

export interface ListWatch extends PresenceWatch {
  /**
   * Watches these from now on. Who was watched before goes on to be, without a gap. Whatever is no address is told as
   * terminated.
   */
  setMembers(addresses: readonly string[]): void
}

export interface ListSource extends WatchSource {
  setMembers(addresses: readonly string[]): void
}

interface ListParts extends FetchParts {
  /** Where the list is brought to. */
  readonly server: Aor
  readonly report: StateReport
}

export function watchList(
  parts: ListParts,
  addresses: readonly string[],
  sink: WatchSink<PresenceNotification>,
): ListSource {
  const source = new WatchedList(parts, sink)
  source.setMembers(addresses)
  return source
}

const ABOUT = 'list'

class WatchedList implements ListSource {
  readonly #parts: ListParts
  readonly #sink: WatchSink<PresenceNotification>
  #members: ReadonlySet<Aor> = new Set()
  #together: WatchedSubscription | undefined
  /** One subscription each; undefined: the server takes lists, as far as is known. */
  #each: Map<Aor, WatchedSubscription> | undefined
  #changing = false
  #over = false

  constructor(parts: ListParts, sink: WatchSink<PresenceNotification>) {
    this.#parts = parts
    this.#sink = sink
  }

  setMembers(addresses: readonly string[]): void {
    if (this.#over) return
    const members = new Set<Aor>()
    for (const text of addresses) {
      const address = parseAor(text)
      if (address && isSipAddress(address)) members.add(address)
      else this.#tellEnd(text, 'noresource')
    }
    const isSame =
      members.size === this.#members.size && [...members].every((one) => this.#members.has(one))
    this.#members = members
    if (isSame || this.#changing) return
    // Several changes at once are one.
    this.#changing = true
    queueMicrotask(() => {
      this.#changing = false
      if (!this.#over) this.#follow()
    })
  }

  async close(): Promise<void> {
    if (this.#over) return
    await this.#closeAll()
    this.#sink.end()
  }

  #follow(): void {
    if (this.#each) this.#followEach(this.#each)
    else if (this.#members.size === 0) {
      void this.#together?.close()
      this.#together = undefined
    } else if (this.#together) {
      // DEVIATION: a list within the dialog means nothing to RFC 5367 §5.1; to Visage it does, and nobody is lost meanwhile.
      this.#together.refresh()
    } else this.#together = this.#subscribeTogether()
  }

  #subscribeTogether(): WatchedSubscription {
    const { server, report, clock } = this.#parts
    const list = createListReader()
    const subscription: WatchedSubscription = watchSubscription<PresenceNotification>(
      {
        ...this.#parts,
        presentity: server,
        event: { ...PRESENCE_OR_LIST, recipientList: () => listOf(this.#members) },
        what: 'the list cannot be watched',
        report: withoutRefusals(report.about(ABOUT)),
        read: (_state, body) => {
          if (!body || this.#each) return { notifications: [] }
          // A server that knows no lists has taken it for a subscription to that address.
          if (mediaTypeOf(body.type) !== MULTIPART_RELATED) this.#watchEach()
          const time = new Date(clock.now()).toISOString()
          const { members, incomplete } = list.read(body)
          const notifications = members.map((member) => ({ time, list: server, ...member }))
          return { notifications, incomplete }
        },
      },
      {
        tell: (notification) => {
          this.#tell(notification)
        },
        end: (error) => {
          // Nobody may be on the list any more.
          if (this.#together !== subscription) return
          if (isAboutLists(error)) this.#watchEach()
          else this.#end(error)
        },
      },
    )
    return subscription
  }

  #watchEach(): void {
    if (this.#over || this.#each) return
    const each = new Map<Aor, WatchedSubscription>()
    this.#each = each
    const together = this.#together
    this.#together = undefined
    void together?.close()
    this.#followEach(each)
  }

  #followEach(each: Map<Aor, WatchedSubscription>): void {
    for (const [address, watched] of each) {
      if (this.#members.has(address)) continue
      each.delete(address)
      void watched.close()
    }
    for (const address of this.#members) {
      if (!each.has(address)) each.set(address, this.#watchOne(address))
    }
  }

  #watchOne(presentity: Aor): WatchedSubscription {
    const { report, server } = this.#parts
    return watchPresence(
      { ...this.#parts, presentity, report: report.about(presentity) },
      {
        tell: (notification) => {
          this.#tell({ ...notification, list: server })
        },
        end: (error) => {
          if (isAboutPassword(error)) this.#end(error)
          else if (error) this.#tellEnd(presentity, isForbidden(error) ? 'rejected' : 'noresource')
        },
      },
    )
  }

  #tell(notification: PresenceNotification): void {
    const { presentity } = notification
    // What was on its way when she was taken from the list is no news any more.
    const isMember = this.#members.has(parseAor(presentity) ?? (presentity as Aor))
    if (!this.#over && isMember) this.#sink.tell(notification)
  }

  #tellEnd(presentity: string, reason: string): void {
    const time = new Date(this.#parts.clock.now()).toISOString()
    const ended = { subscription: 'terminated', reason } as const
    this.#sink.tell({ time, presentity, list: this.#parts.server, ...ended, ...NOTHING_KNOWN })
  }

  #end(error: Error | undefined): void {
    void this.#closeAll()
    this.#sink.end(error)
  }

  async #closeAll(): Promise<void> {
    this.#over = true
    const subscriptions = [...(this.#each?.values() ?? [])]
    if (this.#together) subscriptions.push(this.#together)
    await Promise.all(subscriptions.map((one) => one.close()))
  }
}

function listOf(addresses: Iterable<Aor>): string {
  const plain = { attributes: [], extensions: [] }
  const members = Array.from(addresses, (uri) => ({ kind: 'entry', uri, ...plain }) as const)
  return serializeResourceLists([{ kind: 'list', members, ...plain }])
}

/** It is tried otherwise, and so no failure yet. */
function withoutRefusals({ up, failed }: StateReporter): StateReporter {
  return {
    up,
    failed(error, retryInMs) {
      if (retryInMs !== undefined || !isAboutLists(error)) failed(error, retryInMs)
    },
  }
}

function isAboutLists(error: Error | undefined): boolean {
  return error instanceof PresenceError && error.prospect === 'final' && !isAboutPassword(error)
}

function isAboutPassword(error: Error | undefined): boolean {
  return error instanceof PresenceError && (error.status === 401 || error.status === 407)
}

function isForbidden(error: Error): boolean {
  return error instanceof PresenceError && (error.status === 403 || error.status === 603)
}
