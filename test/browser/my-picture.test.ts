/** A new picture in a real browser: chosen, dropped, pasted or taken; cropped, sent, refused. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { measure } from '../../core/images/image-measure.ts'
import { movingGif, sampleImage } from '../images/sample-images.ts'
import { isInstalled, packageOf } from '../setup/debian-tools.mjs'
import { CAMERA_COLOURS } from './fake-camera.ts'
import { assertColours } from './image-colours.ts'
import { followTracks } from './picture/follow-tracks.ts'
import { startCardStage, type CardStage } from './picture/open-card.ts'
import { BLUE, coloursIn, fourColours, GREEN, RED, YELLOW } from './picture/seen-colours.ts'

const skip = isInstalled('chromium')
  ? false
  : `chromium is missing: apt-get install ${packageOf.chromium}`

let stage: CardStage
before(async () => {
  if (skip === false) stage = await startCardStage()
})
after(async () => {
  if (skip === false) await stage.end()
})

const ALL_FOUR = { topLeft: RED, topRight: GREEN, bottomLeft: BLUE, bottomRight: YELLOW }

test(
  'a photo becomes a square of 256 pixels from its middle, without what else was in it',
  { skip },
  async (t) => {
    const { choose, send, card } = await stage.open(t)
    const photo = await fourColours(1600, 1200)
      .withExif({ IFD0: { Copyright: 'Alice' } })
      .jpeg()
      .toBuffer()
    await choose('me.jpg', photo)
    const icon = await send()
    const found = measure(icon)
    assert.ok(found.ok)
    assert.deepEqual([found.width, found.height], [256, 256])
    assert.equal((await sharp(icon).metadata()).exif, undefined)
    assertColours(await coloursIn(icon), ALL_FOUR)
    // Shown at once, whenever presence tells of it.
    await card.locator('img[src^="blob:"]').waitFor()
  },
)

test('EXIF orientation: a photo that lies on its side stands up', { skip }, async (t) => {
  const { choose, send } = await stage.open(t)
  // 6: the picture is to be turned to the right by a quarter.
  const photo = await fourColours(800, 800).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  await choose('me.jpg', photo)
  const upright = { topLeft: BLUE, topRight: RED, bottomLeft: YELLOW, bottomRight: GREEN }
  assertColours(await coloursIn(await send()), upright)
})

test('the camera gives what stands before it, not mirrored, and is let go', { skip }, async (t) => {
  const { page, button, send } = await stage.open(t)
  const letGo = await followTracks(page)
  await button('Change picture').click()
  await button('Use the camera').click()
  await button('Back').click()
  await button('Use the camera').click()
  await button('Take picture').click()
  await page.getByRole('slider', { name: 'Zoom' }).waitFor()
  await letGo(2)
  assertColours(await coloursIn(await send()), CAMERA_COLOURS)
})

test('a camera whose dialog is closed is let go', { skip }, async (t) => {
  const { page, button, dialog } = await stage.open(t)
  const letGo = await followTracks(page)
  await button('Change picture').click()
  await button('Use the camera').click()
  await page.getByLabel('What the camera sees').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await letGo(1)
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Change picture')
})

test('pictures can be dropped onto the card and pasted anywhere', { skip }, async (t) => {
  const { page, send, bring, dialog, button } = await stage.open(t)
  const file = await fourColours(400, 400).png().toBuffer()
  await bring(file, 'drop', '.my-card')
  assertColours(await coloursIn(await send()), ALL_FOUR)
  await bring(file, 'paste')
  assertColours(await coloursIn(await send()), ALL_FOUR)
  // Within the dialog, too.
  await button('Change picture').click()
  await button('Choose a file').waitFor()
  await bring(file, 'drop', '.picture-choices')
  await page.getByRole('slider', { name: 'Zoom' }).waitFor()
  await bring(file, 'paste')
  assert.equal(await dialog.count(), 1)
  assertColours(await coloursIn(await send()), ALL_FOUR)
})

test(
  'cropped with keys alone: zoomed in and moved to the left upper quarter',
  { skip },
  async (t) => {
    const { page, choose, dialog, button } = await stage.open(t)
    await choose('me.png', await fourColours(1000, 1000).png().toBuffer())
    await dialog.getByRole('group', { name: 'The part that is shown' }).waitFor()
    // The focus is where it is needed.
    for (let n = 0; n < 10; n++) await page.keyboard.press('+')
    for (let n = 0; n < 12; n++) {
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('Shift+ArrowDown')
    }
    await button('Use this picture').press('Enter')
    await dialog.waitFor({ state: 'detached' })
    const all = { topLeft: RED, topRight: RED, bottomLeft: RED, bottomRight: RED }
    assertColours(await coloursIn(stage.served.pictures.at(-1)!), all)
  },
)

test('cropped with the mouse: wheel, drag, slider and turn', { skip }, async (t) => {
  const { page, choose, dialog, button, send } = await stage.open(t)
  await choose('me.png', await fourColours(1000, 1000).png().toBuffer())
  const frame = dialog.getByRole('group', { name: 'The part that is shown' })
  const box = (await frame.boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.wheel(0, -400)
  const slider = page.getByRole('slider', { name: 'Zoom' })
  assert.ok(Number(await slider.inputValue()) > 20)
  await slider.fill('50')
  await page.mouse.move(x - 60, y)
  await page.mouse.down()
  await page.mouse.move(x + 300, y, { steps: 5 })
  await page.mouse.move(x + 300, y + 300, { steps: 5 })
  await page.mouse.up()
  // The left upper corner now; turned, it is the right upper one, and still red.
  await button('Turn').click()
  await slider.fill('0')
  const upright = { topLeft: BLUE, topRight: RED, bottomLeft: YELLOW, bottomRight: GREEN }
  assertColours(await coloursIn(await send()), upright)
})

test(
  'cropped with two fingers: parted, they zoom to what was between them',
  { skip },
  async (t) => {
    const { page, choose, dialog, send } = await stage.open(t)
    await choose('me.png', await fourColours(1000, 1000).png().toBuffer())
    const frame = dialog.getByRole('group', { name: 'The part that is shown' })
    const box = (await frame.boundingBox())!
    const screen = await page.context().newCDPSession(page)
    // In the right lower quarter.
    const [x, y] = [box.x + box.width * 0.7, box.y + box.height * 0.7]
    const touch = (type: 'touchStart' | 'touchMove', apart: number) => {
      const touchPoints = [
        { x: x - apart, y, id: 1 },
        { x: x + apart, y, id: 2 },
      ]
      return screen.send('Input.dispatchTouchEvent', { type, touchPoints })
    }
    await touch('touchStart', 5)
    for (const apart of [10, 15, 20, 25]) await touch('touchMove', apart)
    await screen.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    assert.ok(Number(await page.getByRole('slider', { name: 'Zoom' }).inputValue()) > 50)
    const all = { topLeft: YELLOW, topRight: YELLOW, bottomLeft: YELLOW, bottomRight: YELLOW }
    assertColours(await coloursIn(await send()), all)
  },
)

test(
  'a small square picture that is not cropped goes byte for byte: a GIF goes on moving',
  { skip },
  async (t) => {
    const { choose, send, dialog, button } = await stage.open(t)
    const gif = await movingGif(96, 96)
    await choose('me.gif', gif)
    assert.deepEqual(Buffer.from(await send()), Buffer.from(gif))
    await choose('me.gif', gif)
    await dialog.getByRole('group').press('+')
    await button('Use this picture').click()
    await dialog.waitFor({ state: 'detached' })
    const cropped = measure(stage.served.pictures.at(-1)!)
    assert.ok(cropped.ok)
    assert.equal(cropped.frames, 1)
    assert.ok(cropped.width < 96)
  },
)

test('what is transparent stays so; a photo is sent as JPEG', { skip }, async (t) => {
  const { choose, send } = await stage.open(t)
  const clear = {
    create: { width: 500, height: 500, channels: 4 as const, background: '#ff000080' },
  }
  await choose('logo.png', await sharp(clear).png().toBuffer())
  const logo = await send()
  const { channels, format } = await sharp(logo).metadata()
  assert.deepEqual([channels, format], [4, 'png'])
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  const grain = {
    create: { width: 600, height: 600, channels: 3 as const, background: '#888', noise },
  }
  await choose('photo.png', await sharp(grain).png().toBuffer())
  assert.equal((await sharp(await send()).metadata()).format, 'jpeg')
})

test(
  'files that give no picture are refused in words, and nothing is sent',
  { skip },
  async (t) => {
    const { choose, complaint } = await stage.open(t)
    const before = stage.served.pictures.length
    const jpeg = await sampleImage('jpeg', 200, 200)
    const huge = Buffer.from(await sampleImage('png', 4, 4))
    huge.writeUInt32BE(10_000, 16)
    huge.writeUInt32BE(10_000, 20)
    const broken = Buffer.from(await sampleImage('png', 64, 64))
    broken.fill(0, broken.indexOf('IDAT') + 8, broken.indexOf('IDAT') + 20)
    for (const [name, bytes, words] of [
      ['empty.jpg', Buffer.alloc(0), /empty/],
      ['letter.pdf', Buffer.from('%PDF-1.7 and so on'), /no picture/],
      ['drawing.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /no picture/],
      ['phone.heic', Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0mif1heic', 'latin1'), /HEIC/],
      ['cut.jpg', jpeg.subarray(0, jpeg.length / 2), /damaged/],
      ['broken.png', broken, /damaged/],
      ['huge.png', huge, /too large/],
    ] as const) {
      await choose(name, bytes)
      assert.match((await complaint()) ?? '', words, name)
    }
    assert.equal(stage.served.pictures.length, before)
  },
)

test(
  'what the service refuses is told in words, and the crop stays for another try',
  { skip },
  async (t) => {
    const { page, choose, complaint, button, dialog, record } = await stage.open(t)
    record.expect(/icons\/alice/)
    await choose('me.png', await fourColours(1000, 1000).png().toBuffer())
    const slider = page.getByRole('slider', { name: 'Zoom' })
    await slider.fill('40')
    let action = 'Use this picture'
    for (const [status, words] of [
      [413, /too large/],
      [415, /this kind of picture/],
      [401, /Sign in again/],
      [507, /no room/],
    ] as const) {
      stage.served.answer = { status }
      await button(action).click()
      await dialog.getByRole('alert').filter({ hasText: words }).waitFor()
      assert.equal(await slider.inputValue(), '40')
      action = 'Try again'
    }
    await page.context().setOffline(true)
    await button(action).click()
    await dialog
      .getByRole('alert')
      .filter({ hasText: /cannot be reached/ })
      .waitFor()
    await page.context().setOffline(false)
    assert.match((await complaint()) ?? '', /connection/)
    stage.served.answer = { status: 507 }
    await button(action).click()
    const makeRoom = button('Remove older pictures and try again')
    await makeRoom.waitFor()
    stage.served.answer = { status: 201 }
    await makeRoom.click()
    await dialog.waitFor({ state: 'detached' })
    assert.deepEqual(await page.evaluate(() => me.stored), [])
  },
)

test('sending can be stopped', { skip }, async (t) => {
  const { page, choose, button, dialog } = await stage.open(t)
  const before = stage.served.pictures.length
  let answer: () => void = () => undefined
  stage.served.answer = { status: 500, hold: new Promise((resolve) => (answer = resolve)) }
  await choose('me.png', await fourColours(600, 600).png().toBuffer())
  await button('Use this picture').click()
  await page.getByRole('progressbar').waitFor()
  await button('Cancel').click()
  await page.getByRole('slider', { name: 'Zoom' }).waitFor()
  assert.equal(await dialog.getByRole('alert').count(), 0)
  answer()
  assert.equal(stage.served.pictures.length, before)
})

test('client/browser: PrepareImage gives what its sibling on Node gives', { skip }, async (t) => {
  const { page } = await stage.open(t)
  const prepare = async (bytes: Uint8Array, original = false) => {
    const { mediaType, bytes: icon } = await page.evaluate(
      async ({ bytes, original }) => {
        const image = await browser.prepareImage(Uint8Array.from(bytes), { original })
        return { mediaType: image.mediaType, bytes: [...image.bytes] }
      },
      { bytes: [...bytes], original },
    )
    return { mediaType, bytes: Buffer.from(icon) }
  }
  const large = await fourColours(1000, 500).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const icon = await prepare(large)
  const { width, height, exif } = await sharp(icon.bytes).metadata()
  assert.deepEqual([width, height, exif], [128, 256, undefined])
  const upright = { topLeft: BLUE, topRight: RED, bottomLeft: YELLOW, bottomRight: GREEN }
  assertColours(await coloursIn(icon.bytes), upright)
  const small = Buffer.from(await sampleImage('png', 64, 64))
  assert.deepEqual(await prepare(small), { mediaType: 'image/png', bytes: small })
  assert.deepEqual(await prepare(large, true), { mediaType: 'image/jpeg', bytes: large })
  await assert.rejects(prepare(Buffer.from('no picture at all, but long enough')), /no picture/)
})
