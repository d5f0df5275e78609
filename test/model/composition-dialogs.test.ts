/** Calls as all who publish them know them: lamps cannot stick. RFC 4235 §3.7.1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dialog } from '../../core/documents/dialog-info.ts'
import { composeDialogs, type PublishedDialogs } from '../../core/model/composition-dialogs.ts'
import { DIALOG_STATES, furthestState } from '../../core/model/dialog-state.ts'
import { call } from '../presence/calls.ts'

const NOW = 1_700_000_000_000
const published = (dialogs: readonly Dialog[], ago = 0, id = 'a'): PublishedDialogs => ({
  document: { version: 0, state: 'full', entity: '', dialogs, extensions: [] },
  publishedAt: NOW - ago,
  id,
})
const composed = (publications: readonly PublishedDialogs[], reached?: Dialog['state']) =>
  composeDialogs(publications, {
    now: NOW,
    reached: () => reached,
    publicId: (name) => name,
  })
const states = (publications: readonly PublishedDialogs[], reached?: Dialog['state']) =>
  composed(publications, reached).dialogs.map(({ state }) => state)

test('RFC 4235 §3.7.1: no state leads back, and every one leads to terminated', () => {
  const order = ['trying', 'proceeding', 'early', 'confirmed', 'terminated'] as const
  for (const [index, state] of order.entries()) {
    for (const next of DIALOG_STATES[state]) assert.ok(order.indexOf(next) > index, state)
    assert.equal(furthestState(state, 'terminated'), 'terminated')
    assert.equal(furthestState('terminated', state), 'terminated')
  }
})

test('a call that several publish is one, in the furthest state, in whatever order they came', () => {
  const early = published([call('early')], 2000, 'proxy')
  const confirmed = published([call('confirmed')], 1000, 'phone')
  assert.deepEqual(states([early, confirmed]), ['confirmed'])
  const late = published([call('early')], 0, 'proxy')
  assert.deepEqual(states([late, confirmed]), ['confirmed'])
})

test('CLIENTS: the end that Kamailio publishes without tags ends the call', () => {
  const { localTag, remoteTag, ...ended } = call('terminated')
  assert.ok(localTag !== remoteTag)
  assert.deepEqual(
    states([published([call('confirmed')], 90_000, 'a'), published([ended], 0, 'b')]),
    ['terminated'],
  )
})

test('RFC 4235 §3.7.1: the forks of one call are several dialogs', () => {
  const forks = [
    call('terminated', { id: '1', remoteTag: 'one' }),
    call('confirmed', { id: '2', remoteTag: 'two' }),
  ]
  assert.deepEqual(states([published(forks)]), ['terminated', 'confirmed'])
})

test('a call to a phone of one’s own is two dialogs', () => {
  const both = [
    call('confirmed', { id: '1', direction: 'initiator', localTag: 'x', remoteTag: 'y' }),
    call('confirmed', { id: '2', direction: 'recipient', localTag: 'y', remoteTag: 'x' }),
  ]
  assert.equal(composed([published(both)]).dialogs.length, 2)
})

test('ids mean something to their publisher alone', () => {
  const dialog: Dialog = { id: '6001', state: 'confirmed', details: [] }
  const other: Dialog = { ...dialog, state: 'early' }
  const { dialogs } = composed([published([dialog], 0, 'a'), published([other], 0, 'b')])
  assert.deepEqual(
    dialogs.map(({ id, state }) => [id, state]),
    [
      ['a 6001', 'confirmed'],
      ['b 6001', 'early'],
    ],
  )
})

test('what was reached before counts, though the publication that said so is gone', () => {
  assert.deepEqual(states([published([call('early')])], 'confirmed'), ['confirmed'])
  assert.deepEqual(states([published([call('early')], 40_000)], 'terminated'), [])
})

test('RFC 3261 §16.6: a call that rings for three minutes has ended, is told so once and then dropped', () => {
  const rings = composed([published([call('early')], 179_000)])
  assert.deepEqual(rings.dialogs[0]?.state, 'early')
  assert.equal(rings.changesAt, NOW + 1000)
  const orphan = composed([published([call('early')], 180_000)])
  assert.deepEqual([orphan.dialogs[0]?.state, orphan.dialogs[0]?.event], ['terminated', 'timeout'])
  assert.equal(orphan.changesAt, undefined)
  assert.deepEqual(states([published([call('early')], 212_000)]), [])
  assert.deepEqual(states([published([call('confirmed')], 7_200_000)]), ['confirmed'])
})

test('a call keeps its id, whoever tells of it last; its forks have others', () => {
  const id = (publications: readonly PublishedDialogs[]) =>
    composed(publications).dialogs.map((dialog) => dialog.id)
  const proxy = published([call('early', { id: 'proxy' })], 2000, 'a')
  const phone = published([call('confirmed', { id: 'phone' })], 1000, 'b')
  assert.deepEqual(id([proxy]), id([proxy, phone]))
  assert.deepEqual(id([proxy]), id([phone]))
  const forks = [call('early', { remoteTag: '1' }), call('early', { id: 'd2', remoteTag: '2' })]
  assert.equal(new Set(id([published(forks)])).size, 2)
})
