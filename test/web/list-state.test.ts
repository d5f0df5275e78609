/** What the list of contacts does, apart from how it looks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createListState } from '../../web/buddies/list-state.ts'
import { createMadeUpPeople } from '../browser/people/made-up-people.ts'

function listOf(contacts: number) {
  const people = createMadeUpPeople({ contacts, requests: 0, watchers: 0 })
  const announced: string[] = []
  const state = createListState({ model: people.model, announce: (words) => announced.push(words) })
  const buddy = people.model.groups.value![0]!.buddies[1]!
  const { model, calls } = people
  return { people, model, calls, state, announced, buddy }
}

test('who is removed can be put back, with name and groups', async () => {
  const { model, state, calls, buddy } = listOf(5)
  await state.actions.remove(buddy)
  assert.equal(state.notice.value?.words, 'Bob Jones is no longer on your list.')
  await state.actions.undo()
  assert.equal(state.notice.value, undefined)
  assert.deepEqual(calls, [
    'removeContact sip:n1@example.com',
    'addContact {"address":"sip:n1@example.com","name":"Bob Jones","group":"Friends"}',
    'setGroups sip:n1@example.com ["Friends","Work"]',
  ])
  const names = model.groups.value!.filter(({ buddies }) =>
    buddies.some(({ address }) => address === buddy.address),
  )
  assert.deepEqual(
    names.map(({ name }) => name),
    ['Friends', 'Work'],
  )
})

test('who has no name on the list is put back without one', async () => {
  const { model, state, calls, buddy } = listOf(2)
  await model.renameContact(buddy.address, 'n1@example.com')
  const unnamed = model.groups
    .value!.flatMap(({ buddies }) => buddies)
    .find(({ address }) => address === buddy.address)!
  await state.actions.remove({ ...unnamed, groups: [] })
  await state.actions.undo()
  assert.equal(calls.at(-1), 'addContact {"address":"sip:n1@example.com"}')
})

test('what the server refuses is said, and nothing is announced', async () => {
  const { state, people, announced, buddy } = listOf(5)
  people.refuse('The server is busy.')
  await state.actions.remove(buddy)
  assert.deepEqual(state.notice.value, { words: 'The server is busy.', isProblem: true })
  state.notice.value = undefined
  await state.actions.decide(buddy, 'block')
  assert.deepEqual(state.notice.value, { words: 'The server is busy.', isProblem: true })
  assert.deepEqual(announced, [])
})

test('RFC 5025 §3.2.1: a decision is announced in words', async () => {
  const { state, calls, announced, buddy } = listOf(5)
  await state.actions.decide(buddy, 'polite-block')
  assert.deepEqual(calls, ['decide sip:n1@example.com polite-block'])
  assert.deepEqual(announced, ['Bob Jones: Sees you offline.'])
})

test('a group is folded, and unfolded again', () => {
  const { state } = listOf(5)
  state.fold('Friends')
  assert.deepEqual([...state.folded.value], ['Friends'])
  state.fold('Friends')
  assert.deepEqual([...state.folded.value], [])
})
