/** The registrations that the own registrar keeps. RFC 3261 §10.3. */
import type { Aor } from '../../core/uri/aor.ts'
import type { Bindings } from './bindings.ts'
import type { Registrations } from './registrations.ts'

export function createOwnRegistrations(bindings: Bindings): Registrations {
  const listeners: ((aor: Aor) => void)[] = []
  /** By address: what came and went since the last look. */
  const changes = new Map<Aor, Map<string, number>>()

  /** A refresh is a binding that goes and comes again in one request: nothing to tell. */
  function tell(): void {
    const changed = [...changes].filter(([, contacts]) => [...contacts.values()].some(Boolean))
    changes.clear()
    for (const [aor] of changed) for (const listener of listeners) listener(aor)
  }

  bindings.onChange(({ aor, contact }, by) => {
    if (listeners.length === 0) return
    if (changes.size === 0) queueMicrotask(tell)
    let contacts = changes.get(aor)
    if (!contacts) changes.set(aor, (contacts = new Map<string, number>()))
    contacts.set(contact, (contacts.get(contact) ?? 0) + by)
  })
  return {
    of: (aor) =>
      bindings.of(aor).map(({ record }) => ({ uri: record.contact, expiresAt: record.expiresAt })),
    onChange: (listener) => void listeners.push(listener),
    stop: () => undefined,
  }
}
