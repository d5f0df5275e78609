/** My status and note, from what I choose and type to what is published. RFC 4480 §3.2. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signal } from '@preact/signals'
import { isActivity } from '../../client/activities.ts'
import type { MyStatus } from '../../web/model/page-model.ts'
import { statusChoiceOf, statusChoices, statusFor } from '../../web/my-card/my-statuses.ts'
import { createNoteDraft } from '../../web/my-card/note-draft.ts'
import { createStatusWish } from '../../web/my-card/status-wish.ts'

function me(status: MyStatus = { basic: 'open', note: 'Here' }) {
  const told = signal(status)
  const published: MyStatus[] = []
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = []
  const model = {
    me: {
      address: 'sip:alice@example.com',
      name: signal('Alice'),
      status: told,
      icon: signal(undefined),
    },
    publish: (wanted: MyStatus) =>
      new Promise<void>((resolve, reject) => {
        published.push(wanted)
        answers.push({
          reject,
          resolve: () => {
            told.value = wanted
            resolve()
          },
        })
      }),
  }
  return { model, published, answers }
}

const online = statusChoiceOf({ basic: 'open' })

test('every status that can be chosen is published as it is shown again', () => {
  for (const choice of statusChoices(online)) {
    const status = statusFor(choice.key, 'A note')
    assert.equal(status.note, 'A note')
    assert.deepEqual(statusChoiceOf(status), choice)
    // RFC 4480 §3.2: watchers know only these.
    if (status.activity !== undefined) assert.ok(isActivity(status.activity))
  }
})

test('a status from elsewhere is shown beside the usual ones', () => {
  const steering = statusChoiceOf({ basic: 'open', activity: 'steering' })
  assert.equal(steering.words, 'Driving')
  assert.deepEqual(statusChoices(steering).at(-1), steering)
  assert.deepEqual(statusFor(steering.key, ''), { basic: 'open', activity: 'steering', note: '' })
  assert.deepEqual(statusChoiceOf({ basic: 'open', activity: 'unknown' }), online)
})

test('a chosen status is shown at once, and the told one again when it was refused', async () => {
  const { model, published, answers } = me()
  const wish = createStatusWish(model)
  const choosing = wish.choose('busy')
  assert.equal(wish.wanted.value, 'busy')
  answers[0]!.reject(new Error('The server does not answer.'))
  await choosing
  assert.equal(wish.wanted.value, undefined)
  assert.equal(wish.problem.value, 'The server does not answer.')
  assert.deepEqual(published, [{ basic: 'open', activity: 'busy', note: 'Here' }])
})

test('of two quick choices the second stays', async () => {
  const { model, answers } = me()
  const wish = createStatusWish(model)
  const both = [wish.choose('busy'), wish.choose('away')]
  answers[0]!.resolve()
  await both[0]
  assert.equal(wish.wanted.value, 'away')
  answers[1]!.resolve()
  await both[1]
  assert.equal(wish.wanted.value, undefined)
})

test('a note is published once, trimmed, with the status that I have', async () => {
  const { model, published, answers } = me({ basic: 'open', activity: 'away', note: '' })
  let saved = 0
  const draft = createNoteDraft({ model, onSaved: () => saved++ })
  await draft.save()
  draft.type('  Back soon ')
  const saving = draft.save()
  answers[0]!.resolve()
  await saving
  draft.type('Back soon')
  await draft.save()
  assert.deepEqual(published, [{ basic: 'open', activity: 'away', note: 'Back soon' }])
  assert.equal(saved, 1)
  assert.equal(draft.typed.value, undefined)
})

test('Enter and leaving the field right behind it publish the note once', async () => {
  const { model, published, answers } = me()
  const draft = createNoteDraft({ model, onSaved: () => undefined })
  draft.type('Lunch')
  const both = [draft.save(), draft.save()]
  answers[0]!.resolve()
  await Promise.all(both)
  assert.equal(published.length, 1)
})

test('a note that cannot be saved stays typed, and Esc takes it back', async () => {
  const { model, answers } = me()
  const draft = createNoteDraft({ model, onSaved: () => undefined })
  draft.type('Lunch')
  const saving = draft.save()
  answers[0]!.reject(new Error('No.'))
  await saving
  assert.equal(draft.typed.value, 'Lunch')
  assert.equal(draft.problem.value, 'No.')
  draft.undo()
  assert.equal(draft.typed.value, undefined)
  assert.equal(draft.problem.value, undefined)
})

test('what is typed while a note is saved is not lost', async () => {
  const { model, answers } = me()
  const draft = createNoteDraft({ model, onSaved: () => undefined })
  draft.type('Lunch')
  const saving = draft.save()
  draft.type('Lunch until two')
  answers[0]!.resolve()
  await saving
  assert.equal(draft.typed.value, 'Lunch until two')
})
