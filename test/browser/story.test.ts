/**
 * The story with two people at the page, each in a browser of their own.
 *
 *   alice's page                  Visage                    bob's page
 *        |--- POST /session -------->|<------ POST /session -----|
 *        |=== PUBLISH (WebSocket) ==>|<== SUBSCRIBE, her list ===|
 *        |  camera, crop             |=== NOTIFY (online) ======>|
 *        |--- POST picture --------->|=== NOTIFY (icon) ========>|
 *        |<-- 201 -------------------|<------ GET picture -------|
 *        |=== PUBLISH (busy) =======>|=== NOTIFY (busy) ========>|
 */
import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { CAMERA_COLOURS, SIDE_COLOUR } from './fake-camera.ts'
import { assertColours, coloursOf, type Colours } from './image-colours.ts'
import { person } from './person.ts'
import { setStage } from './stage.ts'

const stage = setStage({ users: ['alice', 'bob', 'carol', 'dave'] })
const { test } = stage

/** Milliseconds within which a picture is on the lists of others, on a machine that has other work too. */
const SOON = 2000

/** The address of the picture that stands in a row when it is another than before. */
async function newPicture(row: Locator, before = ''): Promise<string> {
  const picture = row.locator(`img:not([src="${before}"])`)
  await picture.waitFor()
  return (await picture.getAttribute('src')) ?? ''
}

/** From the answer to the upload until the picture can be seen. */
async function measured(uploaded: Promise<number>, seen: Promise<string>) {
  const drawn = seen.then((url) => ({ url, at: performance.now() }))
  const [since, { url, at }] = await Promise.all([uploaded, drawn])
  return { milliseconds: at - since, url }
}

test('alice takes a picture with the camera and crops it: within two seconds bob sees just that part of it', async (t) => {
  const [alice, bob] = await Promise.all([person(t, stage, 'alice'), person(t, stage, 'bob')])
  await Promise.all([alice.signIn(), bob.signIn()])
  await bob.addContact({ address: 'alice@localhost', name: 'Alice', group: 'Friends' })
  const row = bob.contact('Alice')
  await row.getByText('Online').waitFor()
  const told = async (expected: Colours, before?: string) => {
    const { milliseconds, url } = await measured(alice.usePicture(), newPicture(row, before))
    t.diagnostic(`on bob's list ${milliseconds.toFixed(0)} ms after the answer to the upload`)
    assert.ok(milliseconds < SOON, `${milliseconds} ms`)
    assertColours(await coloursOf(row.locator('img')), expected)
    return url
  }

  await alice.takePicture()
  const whole = await told(CAMERA_COLOURS)

  await alice.takePicture()
  const part = alice.page.getByRole('group', { name: 'The part that is shown' })
  for (let step = 0; step < 8; step++) await part.press('+')
  // The picture goes to the right and down, until its upper left corner is in the frame.
  for (let step = 0; step < 12; step++) await part.press('Shift+ArrowRight')
  for (let step = 0; step < 12; step++) await part.press('Shift+ArrowDown')
  const corner = {
    ...{ topLeft: SIDE_COLOUR, bottomLeft: SIDE_COLOUR },
    ...{ topRight: CAMERA_COLOURS.topLeft, bottomRight: CAMERA_COLOURS.topLeft },
  }
  await told(corner, whole)
  const own = alice.page.getByRole('region', { name: 'My card' }).locator('img')
  assertColours(await coloursOf(own), corner)
})

test('dragging and the wheel choose the part of the picture, too, and a turn turns it', async (t) => {
  const alice = await person(t, stage, 'alice')
  await alice.signIn()
  await alice.takePicture()
  const { page } = alice
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Turn' }).click()
  const box = (await dialog.getByRole('group', { name: 'The part that is shown' }).boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.wheel(0, -400)
  await page.mouse.down()
  await page.mouse.move(x + box.width, y + box.height, { steps: 5 })
  await page.mouse.up()
  await alice.usePicture()
  const own = page.getByRole('region', { name: 'My card' }).locator('img')
  // A quarter to the right: the lower left is the upper left now, and what was beside it is above it.
  const { bottomLeft } = CAMERA_COLOURS
  assertColours(await coloursOf(own), { topLeft: SIDE_COLOUR, bottomLeft })
})

test('status and note change on the lists of others as they are changed, and who signs out is offline', async (t) => {
  const [carol, dave] = await Promise.all([person(t, stage, 'carol'), person(t, stage, 'dave')])
  await Promise.all([carol.signIn(), dave.signIn()])
  await dave.addContact({ address: 'sip:carol@localhost', name: 'Carol' })
  const row = dave.contact('Carol')
  await row.getByText('Online').waitFor()
  await carol.setStatus('Busy')
  await row.getByText('Busy').waitFor()
  await carol.setNote('Writing <b>bold</b> & calm')
  await row.getByText('Writing <b>bold</b> & calm').waitFor()
  await carol.setStatus('Appear offline')
  await row.getByText('Offline').waitFor()
  await carol.setStatus('In a meeting, do not disturb')
  await row.getByText('In a meeting').waitFor()
  await carol.page.getByRole('button', { name: 'Sign out' }).click()
  await row.getByText('Offline').waitFor()
})
