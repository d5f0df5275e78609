/** The state machine of a watched subscription, laid beside RFC 3857 §4.7.1, figure 1. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { WATCHER_STATES } from '../../core/model/watcher-state.ts'

interface Figure {
  readonly states: string[]
  readonly transitions: [string, string, string][]
  readonly not_allowed: [string, string][]
}

const file = new URL('../fixtures/documents/winfo/fsm.json', import.meta.url)
const figure = JSON.parse(readFileSync(file, 'utf8')) as Figure
const table: Record<string, Record<string, string>> = WATCHER_STATES

test('RFC 3857 §4.7.1: the table has the transitions of figure 1, and no others', () => {
  const transitions = Object.entries(table).flatMap(([from, events]) =>
    Object.entries(events).map(([event, to]) => [from, event, to]),
  )
  assert.deepEqual(transitions.toSorted(), figure.transitions.toSorted())
  assert.deepEqual(Object.keys(table), figure.states)
})

for (const [state, event] of figure.not_allowed) {
  test(`RFC 3857 §4.7.1: ${state} knows no ${event}`, () => {
    assert.equal(table[state]?.[event], undefined)
  })
}
