/** A new picture from the first file until it is stored. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PictureRefused } from '../../web/picture/picture-refused.ts'
import { createPictureTask } from '../../web/picture/picture-task.ts'
import type { WorkingPicture } from '../../web/picture/working-picture.ts'

const FILE = new Blob(['picture'])
const ICON = new Blob(['icon'])

function pictureOf(width: number, height: number): WorkingPicture {
  return { width, height, canvas: {} as OffscreenCanvas }
}

/** What was asked of the service, and a task whose tools the test answers for. */
function taskWith({
  open = () => Promise.resolve(pictureOf(400, 200)),
  store = () => Promise.resolve(),
  waits = false,
}: {
  open?: (file: Blob) => Promise<WorkingPicture>
  store?: (signal?: AbortSignal, onProgress?: (part: number) => void) => Promise<void>
  waits?: boolean
} = {}) {
  const asked: string[] = []
  const task = createPictureTask({
    myPicture: {
      store: async (_image, { signal, onProgress } = {}) => {
        asked.push('store')
        await store(signal, onProgress)
        return { waits }
      },
      removeAll: () => {
        asked.push('removeAll')
        return Promise.resolve()
      },
      isWaiting: () => assert.fail('not asked for'),
    },
    tools: {
      open,
      turnRight: ({ width, height }) => pictureOf(height, width),
      cutOut: () => Promise.resolve(ICON),
    },
    onStored: (icon) => asked.push(icon === ICON ? 'stored' : 'something else stored'),
    onHeld: () => asked.push('held'),
  })
  return { task, asked }
}

test('a file is opened, cropped in the middle, sent and stored', async () => {
  const { task, asked } = taskWith()
  assert.equal(task.stage.value, 'choosing')
  await task.open(FILE)
  assert.equal(task.stage.value, 'cropping')
  assert.deepEqual(task.frame.value, { x: 100, y: 0, side: 200 })
  await task.send()
  assert.equal(task.stage.value, 'stored')
  assert.deepEqual(asked, ['store', 'stored'])
})

test('a picture that waits for approval is not shown as mine, and the dialog says so', async () => {
  const { task, asked } = taskWith({ waits: true })
  await task.open(FILE)
  await task.send()
  assert.equal(task.stage.value, 'waiting')
  assert.deepEqual(asked, ['store', 'held'])
})

test('a file that is no picture: words, and another can be chosen', async () => {
  const { task } = taskWith({ open: () => Promise.reject(new Error('The file is empty.')) })
  await task.open(FILE)
  assert.equal(task.stage.value, 'choosing')
  assert.equal(task.trouble.value?.words, 'The file is empty.')
})

test('of two files the later one is cropped, though the first is opened last', async () => {
  const opened: ((picture: WorkingPicture) => void)[] = []
  const { task } = taskWith({ open: () => new Promise((resolve) => opened.push(resolve)) })
  const both = [task.open(FILE), task.open(FILE)]
  opened[1]!(pictureOf(20, 20))
  opened[0]!(pictureOf(10, 10))
  await Promise.all(both)
  assert.equal(task.picture.value?.width, 20)
})

test('who goes back while a file is opened does not find it cropped later', async () => {
  let opened: (picture: WorkingPicture) => void = () => undefined
  const { task } = taskWith({ open: () => new Promise((resolve) => (opened = resolve)) })
  const opening = task.open(FILE)
  task.back()
  opened(pictureOf(10, 10))
  await opening
  assert.equal(task.stage.value, 'choosing')
})

test('what is refused keeps its crop, and can be sent again', async () => {
  let isFull = true
  const full = new PictureRefused('No room.', { full: true })
  const { task, asked } = taskWith({
    store: () => (isFull ? Promise.reject(full) : Promise.resolve()),
  })
  await task.open(FILE)
  const crop = { x: 0, y: 0, side: 100 }
  task.setFrame(crop)
  await task.send()
  assert.equal(task.stage.value, 'cropping')
  assert.deepEqual(task.trouble.value, { words: 'No room.', full: true })
  assert.deepEqual(task.frame.value, crop)
  isFull = false
  await task.send({ makeRoom: true })
  assert.equal(task.trouble.value, undefined)
  assert.deepEqual(asked, ['store', 'removeAll', 'store', 'stored'])
})

test('stopped while it is sent: back to the crop, without complaint', async () => {
  const { task, asked } = taskWith({
    store: (signal, onProgress) =>
      new Promise((_resolve, reject) => {
        onProgress?.(0.5)
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error)
        })
        task.stop()
      }),
  })
  await task.open(FILE)
  await task.send()
  assert.equal(task.stage.value, 'cropping')
  assert.equal(task.trouble.value, undefined)
  assert.equal(task.sent.value, 0.5)
  assert.deepEqual(asked, ['store'])
})

test('while it is sent nothing else can be done to it', async () => {
  let stored: () => void = () => undefined
  const { task } = taskWith({ store: () => new Promise((resolve) => (stored = resolve)) })
  await task.open(FILE)
  const before = task.frame.value
  const sending = task.send()
  task.setFrame({ x: 0, y: 0, side: 50 })
  task.turn()
  await task.open(FILE)
  await task.send()
  assert.deepEqual(task.frame.value, before)
  await new Promise(setImmediate)
  stored()
  await sending
  assert.equal(task.stage.value, 'stored')
})

test('turned, the frame turns with the picture', async () => {
  const { task } = taskWith()
  await task.open(FILE)
  task.setFrame({ x: 0, y: 0, side: 100 })
  task.turn()
  assert.deepEqual([task.picture.value?.width, task.picture.value?.height], [200, 400])
  assert.deepEqual(task.frame.value, { x: 100, y: 0, side: 100 })
})

test('the camera gives a picture to crop, and can be left without one', () => {
  const { task } = taskWith()
  task.useCamera()
  assert.equal(task.stage.value, 'camera')
  task.back()
  assert.equal(task.stage.value, 'choosing')
  task.useCamera()
  task.take(pictureOf(640, 480))
  assert.equal(task.stage.value, 'cropping')
  assert.deepEqual(task.frame.value, { x: 80, y: 0, side: 480 })
})
