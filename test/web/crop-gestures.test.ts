/** Fingers, wheel and keys on the picture that is cropped. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dragged, keyed, wheeled } from '../../web/picture/crop-gestures.ts'
import { createPointers } from '../../web/picture/pointers.ts'

const SIZE = { width: 400, height: 400 }
const FRAME = { x: 100, y: 100, side: 200 }
const MIDDLE = { x: 0.5, y: 0.5 }

test('one finger moves the picture', () => {
  const move = { before: [MIDDLE], after: [{ x: 0.6, y: 0.4 }] }
  assert.deepEqual(dragged(FRAME, SIZE, move), { x: 80, y: 120, side: 200 })
})

test('two fingers that part zoom, about the middle between them', () => {
  const before = [
    { x: 0.4, y: 0.5 },
    { x: 0.6, y: 0.5 },
  ]
  const after = [
    { x: 0.3, y: 0.5 },
    { x: 0.7, y: 0.5 },
  ]
  const { x, y, side } = dragged(FRAME, SIZE, { before, after })
  assert.deepEqual([x, y, side].map(Math.round), [150, 150, 100])
})

test('fingers on one spot, or none, break nothing', () => {
  const twice = [MIDDLE, MIDDLE]
  assert.deepEqual(dragged(FRAME, SIZE, { before: twice, after: twice }), FRAME)
  const parted = [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ]
  for (const move of [
    { before: twice, after: parted },
    { before: parted, after: twice },
  ]) {
    assert.ok(Object.values(dragged(FRAME, SIZE, move)).every(Number.isFinite))
  }
  assert.deepEqual(dragged(FRAME, SIZE, { before: [], after: [] }), FRAME)
})

test('the wheel towards the screen zooms in; lines and pages count for more than pixels', () => {
  const wheel = (deltaY: number, deltaMode = 0, ctrlKey = false) =>
    wheeled(FRAME, SIZE, { deltaY, deltaMode, ctrlKey }, MIDDLE).side
  assert.ok(wheel(-100) < FRAME.side)
  assert.ok(wheel(100) > FRAME.side)
  assert.equal(wheel(-1, 1), wheel(-16))
  // Pinched on a touchpad.
  assert.ok(wheel(-5, 0, true) < wheel(-5))
})

test('arrows move the picture where they point, with Shift further; plus and minus zoom', () => {
  const key = (name: string, shiftKey = false) => keyed(FRAME, SIZE, { key: name, shiftKey })
  assert.deepEqual(key('ArrowRight'), { x: 96, y: 100, side: 200 })
  assert.deepEqual(key('ArrowUp', true), { x: 100, y: 120, side: 200 })
  assert.ok((key('+')?.side ?? 0) < 200)
  assert.equal(key('=')?.side, key('+')?.side)
  assert.ok((key('-')?.side ?? 0) > 200)
  assert.equal(key('Tab'), undefined)
})

test('of three fingers the first two count, and one that was lifted no more', () => {
  const pointers = createPointers()
  const [one, two, three] = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0, y: 1 },
  ]
  assert.equal(pointers.move(1, one), undefined)
  pointers.down(1, one)
  pointers.down(2, two)
  pointers.down(3, three)
  assert.equal(pointers.move(3, one), undefined)
  assert.deepEqual(pointers.move(2, three), { before: [one, two], after: [one, three] })
  pointers.up(1)
  assert.deepEqual(pointers.move(2, two), { before: [three], after: [two] })
})
