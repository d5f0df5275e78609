/** My card in a real browser: status, note and public page, and everybody can use it. WCAG 2.2 */
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { isInstalled, packageOf } from '../setup/debian-tools.mjs'
import { startCardStage, type CardStage, type OpenCard, type Opening } from './picture/open-card.ts'
import { fourColours } from './picture/seen-colours.ts'

const skip = isInstalled('chromium')
  ? false
  : `chromium is missing: apt-get install ${packageOf.chromium}`

let stage: CardStage
before(async () => {
  if (skip === false) stage = await startCardStage({ camera: 'none' })
})
after(async () => {
  if (skip === false) await stage.end()
})

const published = (page: Page) => page.evaluate(() => me.published)

test('a chosen status is published with the note that I have', { skip }, async (t) => {
  const { page } = await stage.open(t)
  await page.getByLabel('Status').selectOption('Busy')
  await page.getByLabel('Status').selectOption('Appear offline')
  assert.deepEqual(await published(page), [
    { basic: 'open', activity: 'busy', note: 'Coffee first' },
    { basic: 'closed', note: 'Coffee first' },
  ])
})

test(
  'Enter and leaving the field save the note, Esc takes back what was typed',
  { skip },
  async (t) => {
    const { page } = await stage.open(t)
    const note = page.getByLabel('Note')
    await note.fill('Lunch')
    await note.press('Escape')
    assert.equal(await note.inputValue(), 'Coffee first')
    await note.fill('Lunch')
    await note.press('Enter')
    await page.getByText('Note saved').waitFor()
    await note.fill('Back')
    await page.getByLabel('Status').focus()
    assert.deepEqual(
      (await published(page)).map((status) => status.note),
      ['Lunch', 'Back'],
    )
  },
)

test(
  'a status or note that is refused is said so, and what was typed stays',
  { skip },
  async (t) => {
    const { page, card } = await stage.open(t)
    await page.evaluate(() => {
      me.refuse('The server does not answer.')
    })
    await page.getByLabel('Status').selectOption('Away')
    await card.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor()
    assert.equal(await page.getByLabel('Status').inputValue(), 'online')
    await page.getByLabel('Note').fill('Lunch')
    await page.getByLabel('Note').press('Enter')
    await card.getByRole('alert').nth(1).waitFor()
    assert.equal(await page.getByLabel('Note').inputValue(), 'Lunch')
  },
)

test('the public page is mine to switch on, and its link is shown then', { skip }, async (t) => {
  const { page, record } = await stage.open(t)
  record.expect(/no-such/)
  const link = page.getByRole('link', { name: 'Open my public page' })
  assert.equal(await link.count(), 0)
  await page.getByLabel(/Public page/).check()
  // Without a picture there is no page yet.
  await page.getByText('once you have a picture').waitFor()
  await page.evaluate(() => (me.icon.value = 'assets/no-such.png'))
  assert.equal(await link.getAttribute('href'), '/u/alice@example.com')
  const box = page.getByLabel(/Public page/)
  assert.equal(await box.isChecked(), true)
  await box.uncheck()
  await link.waitFor({ state: 'detached' })
})

test('removing asks first, then takes every stored picture', { skip }, async (t) => {
  const { page, choose, send, button, dialog, card } = await stage.open(t)
  await choose('me.png', await fourColours(300, 300).png().toBuffer())
  await send()
  await card.locator('img').waitFor()
  await button('Remove picture').click()
  await button('Keep it').click()
  assert.equal(await page.evaluate(() => me.stored.length), 2)
  await button('Remove picture').click()
  await dialog.getByRole('button', { name: 'Remove picture' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.deepEqual(await page.evaluate(() => me.stored), [])
  await card.locator('img').waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Change picture')
})

test(
  'a picture that waits for approval is said so, after a reload too, and can be withdrawn',
  { skip },
  async (t) => {
    const { page, choose, button, dialog, card } = await stage.open(t)
    const words = card.getByText('Your new picture waits for approval.')
    stage.served.answer = { status: 202 }
    await choose('me.png', await fourColours(300, 300).png().toBuffer())
    await button('Use this picture').click()
    await dialog.getByRole('status').filter({ hasText: 'waits for an administrator' }).waitFor()
    await button('Done').click()
    await words.waitFor()
    await page.evaluate(() => (location.hash = 'oma_status-icon/one.png'))
    await page.reload()
    await words.waitFor()
    assert.equal(await card.locator('img').count(), 0)
    await button('Remove picture').click()
    await dialog.getByRole('button', { name: 'Remove picture' }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => me.held.size), 0)
    assert.equal(await words.count(), 0)
  },
)

test('words of waiting end when what waited was approved', { skip }, async (t) => {
  const { page, card, record } = await stage.open(t)
  record.expect(/no-such/)
  await page.evaluate(() => (location.hash = 'oma_status-icon/one.png'))
  await page.reload()
  const words = card.getByText('Your new picture waits for approval.')
  await words.waitFor()
  await page.evaluate(() => {
    me.held.clear()
    me.icon.value = 'assets/no-such.png'
  })
  await words.waitFor({ state: 'detached' })
})

test('no camera: words and a way back', { skip }, async (t) => {
  const { button, dialog, complaint } = await stage.open(t)
  await button('Change picture').click()
  await button('Use the camera').click()
  assert.match((await complaint()) ?? '', /No camera was found/)
  await button('Try again').click()
  await dialog.getByRole('alert').waitFor()
  await button('Back').click()
  await button('Choose a file').waitFor()
})

test(
  'a camera that the person does not allow: words that say where to allow it',
  { skip },
  async (t) => {
    const refusing = await startCardStage({ camera: 'refused' })
    t.after(() => refusing.end())
    const { button, complaint } = await refusing.open(t)
    await button('Change picture').click()
    await button('Use the camera').click()
    assert.match((await complaint()) ?? '', /may not use the camera/)
  },
)

const LOOKS: Opening[] = [
  { colorScheme: 'light' },
  { colorScheme: 'dark' },
  { colorScheme: 'dark', width: 320, height: 640 },
]

for (const look of LOOKS) {
  const words = `${look.colorScheme ?? ''}${look.width === undefined ? '' : `, ${look.width} pixels wide`}`
  test(`axe finds nothing wrong, and nothing is too wide: ${words}`, { skip }, async (t) => {
    const opened = await stage.open(t, look)
    await walk(t, opened)
  })
}

/** Through every view of the card and its dialog. */
async function walk(t: TestContext, { page, choose, button, record }: OpenCard): Promise<void> {
  record.expect(/icons\/alice/)
  await assertUsable(page, 'card')
  await button('Change picture').click()
  await button('Choose a file').waitFor()
  await assertUsable(page, 'choosing')
  await choose('letter.pdf', Buffer.from('%PDF-1.7 and so on'))
  await page.getByRole('alert').waitFor()
  await assertUsable(page, 'no picture')
  await choose('me.jpg', await fourColours(900, 600).jpeg().toBuffer())
  await page.getByRole('slider').waitFor()
  await assertUsable(page, 'cropping')
  stage.served.answer = { status: 507 }
  await button('Use this picture').click()
  await page.getByRole('alert').waitFor()
  await assertUsable(page, 'refused')
  let answer: () => void = () => undefined
  stage.served.answer = { status: 201, hold: new Promise((resolve) => (answer = resolve)) }
  t.after(() => {
    answer()
  })
  await button('Try again').click()
  await page.getByRole('progressbar').waitFor()
  await assertUsable(page, 'sending')
  answer()
  await button('Remove picture').click()
  await assertUsable(page, 'removing')
}

async function assertUsable(page: Page, view: string): Promise<void> {
  // Read by the test itself: the page's policy lets nothing be put into it.
  const violations = await page.evaluate(`${axe.source}; axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`)
  assert.deepEqual(violations, [], view)
  const tooWide = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('dialog')]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map(({ tagName }) => tagName),
  )
  assert.deepEqual(tooWide, [], view)
}
