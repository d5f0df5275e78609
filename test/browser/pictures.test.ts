/** A new picture that comes by file, clipboard, or drag and drop; and what is said of those that cannot be taken. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Locator } from 'playwright-core'
import sharp from 'sharp'
import { assertColours, coloursOf } from './image-colours.ts'
import { person, type Person } from './person.ts'
import { setStage } from './stage.ts'

/** The camera is one that the person does not allow. */
const stage = setStage({
  users: ['alice', 'bob'],
  config: { icons: { maxBase64Bytes: '12KiB' } },
  camera: 'refused',
})
const { test } = stage

const ORANGE = [240, 140, 20] as const
const ORANGE_ALL_OVER = {
  ...{ topLeft: ORANGE, topRight: ORANGE },
  ...{ bottomLeft: ORANGE, bottomRight: ORANGE },
}

const solid = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: 'rgb(240,140,20)' } })
    .png()
    .toBuffer()

/** Nothing that a JPEG could make small. */
const noise = (side: number) => {
  const raw = { width: side, height: side, channels: 3 } as const
  return sharp(randomBytes(side * side * 3), { raw })
    .png()
    .toBuffer()
}

const ownPicture = ({ page }: Person) =>
  page.getByRole('region', { name: 'My card' }).locator('img')

async function chooseFile(
  { page }: Person,
  file: { name: string; mimeType: string; buffer: Buffer },
) {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a file' }).click()
  await (await chooser).setFiles(file)
}

/** As a person who drags a file from another window, or pastes one. */
async function give(place: Locator, kind: 'drop' | 'paste', bytes: Buffer) {
  await place.evaluate(
    (element, { kind, bytes }) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(bytes)], 'picture.png', { type: 'image/png' }))
      const ways = { bubbles: true, cancelable: true }
      if (kind === 'paste') {
        element.dispatchEvent(new ClipboardEvent('paste', { ...ways, clipboardData: data }))
        return
      }
      for (const step of ['dragenter', 'dragover', 'drop']) {
        element.dispatchEvent(new DragEvent(step, { ...ways, dataTransfer: data }))
      }
    },
    { kind, bytes: [...bytes] },
  )
}

for (const kind of ['drop', 'paste'] as const) {
  test(`a picture that comes by ${kind} opens the dialog, and becomes the person's own`, async (t) => {
    const alice = await person(t, stage, 'alice')
    await alice.signIn()
    await alice.arrived()
    const place = kind === 'drop' ? alice.page.getByLabel('Status') : alice.page.locator('body')
    await give(place, kind, await solid(400))
    await alice.page.getByRole('group', { name: 'The part that is shown' }).waitFor()
    await alice.usePicture()
    assertColours(await coloursOf(ownPicture(alice)), ORANGE_ALL_OVER)
  })
}

const UNREADABLE: { what: string; name: string; content: Buffer; words: RegExp }[] = [
  {
    what: 'not an image',
    name: 'notes.txt',
    content: Buffer.from('Dear diary'),
    words: /no picture/,
  },
  {
    what: 'an image in name only',
    name: 'fake.png',
    content: Buffer.from('GIF87b'),
    words: /no picture|damaged/,
  },
  { what: 'empty', name: 'empty.png', content: Buffer.alloc(0), words: /empty/ },
]

test('a file that is no picture is refused in words, nothing is sent, and another can be chosen', async (t) => {
  const alice = await person(t, stage, 'alice')
  await alice.signIn()
  await alice.page.getByRole('button', { name: 'Change picture' }).click()
  const dialog = alice.page.getByRole('dialog', { name: 'Your picture' })
  const sent: string[] = []
  alice.page.on('request', (request) => {
    if (request.url().includes('/icons/')) sent.push(request.url())
  })
  for (const { name, content, words } of UNREADABLE) {
    await chooseFile(alice, { name, mimeType: 'image/png', buffer: content })
    await dialog.getByRole('alert').getByText(words).waitFor()
  }
  assert.deepEqual(sent, [])
  await chooseFile(alice, { name: 'me.png', mimeType: 'image/png', buffer: await solid(300) })
  await alice.usePicture()
})

test('what the server finds too large is said in words, and the crop stays for another try', async (t) => {
  const bob = await person(t, stage, 'bob')
  await bob.signIn()
  bob.record.expect(/status of 413.*\/icons\//)
  await bob.page.getByRole('button', { name: 'Change picture' }).click()
  await chooseFile(bob, { name: 'noise.png', mimeType: 'image/png', buffer: await noise(256) })
  const dialog = bob.page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Use this picture' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/too large/i)
    .waitFor()
  await dialog.getByRole('button', { name: 'Try again' }).waitFor()
  await dialog.getByRole('group', { name: 'The part that is shown' }).waitFor()
  await dialog.getByRole('button', { name: 'Back' }).click()
  await chooseFile(bob, { name: 'me.png', mimeType: 'image/png', buffer: await solid(300) })
  await bob.usePicture()
  assertColours(await coloursOf(ownPicture(bob)), ORANGE_ALL_OVER)
})

test('a camera that the person does not allow is said in words', async (t) => {
  const alice = await person(t, stage, 'alice')
  await alice.signIn()
  await alice.page.getByRole('button', { name: 'Change picture' }).click()
  await alice.page.getByRole('button', { name: 'Use the camera' }).click()
  const dialog = alice.page.getByRole('dialog')
  await dialog.getByRole('alert').getByText('may not use the camera').waitFor()
  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.getByRole('button', { name: 'Choose a file' }).waitFor()
})

test('a picture that is removed is gone from the card and from the lists of others', async (t) => {
  const [alice, bob] = await Promise.all([person(t, stage, 'alice'), person(t, stage, 'bob')])
  await Promise.all([alice.signIn(), bob.signIn()])
  await bob.addContact({ address: 'alice', name: 'Alice' })
  await give(alice.page.getByLabel('Status'), 'drop', await solid(400))
  await alice.usePicture()
  await bob.contact('Alice').locator('img').waitFor()
  await alice.page.getByRole('button', { name: 'Remove picture' }).click()
  await alice.page.getByRole('dialog').getByRole('button', { name: 'Remove picture' }).click()
  await ownPicture(alice).waitFor({ state: 'detached' })
  await bob.contact('Alice').locator('img').waitFor({ state: 'detached' })
})
