/** Puts the writes of several requests into one batch, as long as each means there what it would mean alone. */
import type { EventStateWrite } from '../../model/event-state.ts'
import { recordKey } from '../record-key.ts'
import {
  bindingRow,
  publicationRow,
  subscriptionRow,
  type EventStateBatch,
} from './event-state-statement.ts'
import { storedText } from './stored-text.ts'

export function emptyBatch(): EventStateBatch {
  return {
    publications: new Map(),
    subscriptions: new Map(),
    unsubscribed: new Set(),
    bindings: new Map(),
    unbound: new Map(),
  }
}

export function sizeOf(batch: EventStateBatch): number {
  const { publications, subscriptions, unsubscribed, bindings, unbound } = batch
  return publications.size + subscriptions.size + unsubscribed.size + bindings.size + unbound.size
}

/** Later writes take the place of earlier ones. */
export function addTo(
  batch: EventStateBatch,
  writes: readonly EventStateWrite[],
  now: number,
): void {
  for (const write of writes) {
    if ('put' in write) add(batch, write, now)
    else remove(batch, write, now)
  }
}

/** Undefined: the write is about something else. */
export function publicationName(write: EventStateWrite): string | undefined {
  if ('put' in write) return write.put === 'publication' ? nameOf(write.record) : undefined
  return write.remove === 'publication' ? nameOf(write) : undefined
}

function nameOf(named: { presentity: string; eventPackage: string; id: string }): string {
  return recordKey('publication', named.presentity, named.eventPackage, named.id)
}

function add(
  batch: EventStateBatch,
  write: Extract<EventStateWrite, { put: unknown }>,
  now: number,
): void {
  switch (write.put) {
    case 'publication':
      batch.publications.set(nameOf(write.record), publicationRow(write, now))
      return
    case 'subscription':
      batch.unsubscribed.delete(storedText(write.record.id))
      batch.subscriptions.set(write.record.id, subscriptionRow(write.record))
      return
    case 'binding': {
      const name = recordKey('binding', write.record.aor, write.record.contact)
      batch.unbound.delete(name)
      batch.bindings.set(name, bindingRow(write.record))
    }
  }
}

function remove(
  batch: EventStateBatch,
  write: Extract<EventStateWrite, { remove: unknown }>,
  now: number,
): void {
  switch (write.remove) {
    case 'publication':
      batch.publications.set(nameOf(write), publicationRow(write, now))
      return
    case 'subscription':
      batch.subscriptions.delete(write.id)
      batch.unsubscribed.add(storedText(write.id))
      return
    case 'binding': {
      const { aor, contact } = write
      const name = recordKey('binding', aor, contact)
      batch.bindings.delete(name)
      batch.unbound.set(name, { aor: storedText(aor), contact: storedText(contact) })
    }
  }
}
