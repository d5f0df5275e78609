/** The location service: which contacts are registered for an address, and until when. RFC 3261 §10.3. */
import type { Clock } from '../../core/model/clock.ts'
import type { BindingRecord } from '../../core/model/event-state.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { parseSipUri, sameSipUri } from '../../core/uri/sip-uri.ts'
import { createExpiryQueue, type Expiring } from '../expiry-queue.ts'

export interface Binding extends Expiring {
  readonly record: BindingRecord
  /** This member of the service looks after its expiry. */
  readonly isOwn: boolean
  /** Milliseconds; 0: before the restart, and so before any challenge that is answered now. */
  readonly madeAt: number
}

export interface Bindings {
  /** Another array whenever they are others. */
  of(aor: Aor): readonly Binding[]
  /** Addresses that anything is registered for. */
  aors(): Iterable<Aor>
  /** The binding of a contact, by URI comparison. RFC 3261 §19.1.4 */
  find(aor: Aor, contact: string): Binding | undefined
  add(binding: Binding): void
  remove(binding: Binding): void
  /** `by`: 1, it is there now; -1, it is not any more. */
  onChange(listener: (record: BindingRecord, by: 1 | -1) => void): void
  stop(): void
}

export function newBinding(record: BindingRecord, madeAt: number): Binding {
  return { record, isOwn: true, madeAt, dueAt: record.expiresAt, place: -1 }
}

/** Milliseconds that whoever looks after it has to say that it was refreshed. */
const TOLERANCE = 1_000

/** One that another member looks after. */
export function bindingElsewhere(record: BindingRecord): Binding {
  return { ...newBinding(record, 0), isOwn: false, dueAt: record.expiresAt + TOLERANCE }
}

export function createBindings(
  clock: Clock,
  expired: (bindings: readonly Binding[]) => void,
): Bindings {
  const byAor = new Map<Aor, readonly Binding[]>()
  const expiry = createExpiryQueue<Binding>(clock, expired)
  const listeners: ((record: BindingRecord, by: 1 | -1) => void)[] = []
  const tell = (record: BindingRecord, by: 1 | -1) => {
    for (const listener of listeners) listener(record, by)
  }
  const of = (aor: Aor) => byAor.get(aor) ?? NONE
  return {
    of,
    aors: () => byAor.keys(),
    find: (aor, contact) => of(aor).find(({ record }) => sameContact(record.contact, contact)),
    add(binding) {
      const { aor } = binding.record
      byAor.set(aor, [...of(aor), binding])
      expiry.add(binding)
      tell(binding.record, 1)
    },
    remove(binding) {
      const { aor } = binding.record
      const others = of(aor).filter((one) => one !== binding)
      if (others.length > 0) byAor.set(aor, others)
      else byAor.delete(aor)
      expiry.remove(binding)
      tell(binding.record, -1)
    },
    onChange: (listener) => void listeners.push(listener),
    stop() {
      expiry.stop()
    },
  }
}

const NONE: readonly Binding[] = []

function sameContact(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [parseSipUri(one), parseSipUri(other)]
  return a !== undefined && b !== undefined && sameSipUri(a, b)
}
