/** Bindings elsewhere: what was registered through other members of the service. RFC 3261 §10.3. */
import type { BindingRecord } from '../../core/model/event-state.ts'
import type { Log } from '../../core/model/log.ts'
import type { SharedEventState } from '../../core/model/shared-event-state.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { bindingElsewhere, type Binding, type Bindings } from '../registration/bindings.ts'
import type { Turns } from '../turns.ts'
import { reread } from './rereading.ts'

export interface BindingsElsewhere {
  /** Everything that is registered for the address is known then. Rejects with StoreUnavailable. */
  read(aor: Aor): Promise<void>
  /** The same at the beginning, when nothing is done in turns yet. */
  learn(aor: Aor): Promise<void>
}

interface BindingsElsewhereParts {
  readonly shared: Pick<SharedEventState, 'bindingsOf'>
  readonly bindings: Bindings
  readonly turns: Pick<Turns, 'add'>
  readonly log: Log
}

export function createBindingsElsewhere(parts: BindingsElsewhereParts): BindingsElsewhere {
  const { shared, bindings, turns } = parts
  return {
    read: (aor) =>
      reread(turns, {
        revision: () => bindings.of(aor),
        read: () => shared.bindingsOf(aor),
        take: (records) => {
          take(bindings, aor, records)
        },
      }),
    async learn(aor) {
      for (const record of await shared.bindingsOf(aor)) {
        if (!known(bindings, record)) bindings.add(bindingElsewhere(record))
      }
    },
  }
}

/** The new ones first, so that nobody is unregistered for a moment. */
function take(bindings: Bindings, aor: Aor, records: readonly BindingRecord[]): void {
  const before = bindings.of(aor)
  const kept = new Set<Binding>()
  for (const record of records) {
    const one = known(bindings, record)
    if (one && isSame(one.record, record)) kept.add(one)
    else bindings.add(bindingElsewhere(record))
  }
  for (const one of before) if (!kept.has(one)) bindings.remove(one)
}

function known(bindings: Bindings, { aor, contact }: BindingRecord): Binding | undefined {
  return bindings.of(aor).find(({ record }) => record.contact === contact)
}

function isSame(one: BindingRecord, other: BindingRecord): boolean {
  return one.callId === other.callId && one.cseq === other.cseq && one.expiresAt === other.expiresAt
}
