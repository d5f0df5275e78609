/** The crop is a square that never leaves the picture. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CENTRE,
  mostZoom,
  placed,
  turnedRight,
  wholeFrame,
  zoomedTo,
  zoomOf,
  type CropFrame,
} from '../../web/picture/crop-frame.ts'

const WIDE = { width: 400, height: 200 }
const TALL = { width: 256, height: 1024 }
const inTheMiddle = { x: 150, y: 50, side: 100 }

test('the first frame is the largest square in the middle', () => {
  assert.deepEqual(wholeFrame(WIDE), { x: 100, y: 0, side: 200 })
  assert.deepEqual(wholeFrame(TALL), { x: 0, y: 384, side: 256 })
  assert.deepEqual(wholeFrame({ width: 1, height: 1 }), { x: 0, y: 0, side: 1 })
})

test('the picture follows what moves it, up to its edge', () => {
  const table: [CropFrame, { x: number; y: number }, CropFrame][] = [
    // Ten parts of a hundred to the right: the frame goes to the left over the picture.
    [inTheMiddle, { x: 0.6, y: 0.5 }, { x: 140, y: 50, side: 100 }],
    [inTheMiddle, { x: 0.5, y: 0.25 }, { x: 150, y: 75, side: 100 }],
    [inTheMiddle, { x: 9, y: 9 }, { x: 0, y: 0, side: 100 }],
    [inTheMiddle, { x: -9, y: -9 }, { x: 300, y: 100, side: 100 }],
  ]
  for (const [frame, to, expected] of table) {
    assert.deepEqual(placed(frame, WIDE, { from: CENTRE, to }), expected)
  }
})

test('what is zoomed at a point stays under that point', () => {
  const corner = { x: 0, y: 0 }
  assert.deepEqual(placed(inTheMiddle, WIDE, { factor: 2, from: corner }), {
    ...inTheMiddle,
    side: 50,
  })
  assert.deepEqual(placed(inTheMiddle, WIDE, { factor: 2, from: CENTRE }), {
    x: 175,
    y: 75,
    side: 50,
  })
})

test('zooming out ends at the whole, zooming in at eight times or at 32 pixels', () => {
  assert.deepEqual(placed(inTheMiddle, WIDE, { factor: 0.01, from: CENTRE }).side, 200)
  assert.equal(mostZoom({ width: 2000, height: 1000 }), 8)
  assert.equal(mostZoom({ width: 64, height: 128 }), 2)
  assert.equal(mostZoom({ width: 3, height: 10 }), 1)
  const closest = placed(inTheMiddle, WIDE, { factor: 1000, from: CENTRE })
  assert.equal(closest.side, 200 / mostZoom(WIDE))
})

test('a zoom that is asked for is the zoom that there is', () => {
  for (const zoom of [1, 1.5, 4]) {
    assert.equal(zoomOf(zoomedTo(inTheMiddle, WIDE, zoom), WIDE), zoom)
  }
})

test('turned by a quarter, the frame shows the same; four times, it is where it was', () => {
  const frame = { x: 10, y: 20, side: 50 }
  const turned = turnedRight(frame, WIDE)
  // What was 20 below the upper edge is 20 left of the right edge.
  assert.deepEqual(turned, { x: 200 - 20 - 50, y: 10, side: 50 })
  const upright = { width: WIDE.height, height: WIDE.width }
  const twice = turnedRight(turned, upright)
  assert.deepEqual(turnedRight(turnedRight(twice, WIDE), upright), frame)
})

test('no gesture, however wild, leaves the picture', () => {
  let frame = wholeFrame(TALL)
  for (let n = 1; n < 500; n++) {
    const swing = (k: number) => Math.sin(n * k) * 3
    const factor = 2 ** swing(1.7)
    const from = { x: swing(0.9), y: swing(1.3) }
    const to = { x: swing(2.1), y: swing(0.7) }
    frame = placed(frame, TALL, { factor, from, to })
    assert.ok(frame.x >= 0 && frame.y >= 0 && frame.side >= 32)
    assert.ok(frame.x + frame.side <= TALL.width + 1e-9)
    assert.ok(frame.y + frame.side <= TALL.height + 1e-9)
  }
})
