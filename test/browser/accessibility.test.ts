/** The page for those who see it differently, or use no mouse: every view through axe-core, and a walk by keyboard alone. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { PASSWORD } from '../support/visage-process.ts'
import { assertAccessible } from './accessible.ts'
import { person } from './person.ts'
import { resident } from './resident.ts'
import { setStage } from './stage.ts'

const looks = {
  'in light colours': { colorScheme: 'light', viewport: { width: 1200, height: 800 } },
  'in dark colours': { colorScheme: 'dark', viewport: { width: 1200, height: 800 } },
  'on a phone': { colorScheme: 'light', viewport: { width: 320, height: 640 } },
} as const satisfies Record<string, BrowserContextOptions>

const users = ['alice', 'bob', 'carol']
const stage = setStage({ users, config: { presence: { defaultPolicy: 'confirm' } } })
const { test } = stage

/** What must fit in: nothing is to be scrolled sideways. */
async function assertFits(page: Page, view: string): Promise<void> {
  const [needed, given] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return [scrollWidth, clientWidth]
  })
  assert.ok(needed <= given, `${view}: ${needed} pixels on ${given}`)
}

/** Alice's page with contacts in two groups, a request to answer, and somebody who watches her. */
async function busyPage(t: TestContext, look: BrowserContextOptions) {
  const [bob, carol] = [resident(t, stage, 'bob'), resident(t, stage, 'carol')]
  await resident(t, stage, 'alice').putContacts([
    { user: 'bob', name: 'Bob Fischer', group: 'Team' },
    { user: 'carol', name: 'Carol Mbeki-Vandenberghe, head of procurement', group: 'Friends' },
  ])
  for (const one of [bob, carol]) one.presence.watch('alice@localhost')
  return person(t, stage, 'alice', look)
}

for (const [look, options] of Object.entries(looks)) {
  test(`axe-core finds nothing to mend on any view ${look}`, async (t) => {
    const alice = await busyPage(t, options)
    const { page } = alice
    const check = async (view: string) => {
      await assertAccessible(page, view)
      await assertFits(page, view)
    }
    await page.goto(stage.origin)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await check('sign-in form')
    await alice.signIn({ password: 'wrong' })
    await page.getByRole('alert').getByText('do not fit').waitFor()
    await check('sign-in form that refuses')

    await alice.signIn()
    await page.getByRole('region', { name: /^Request/ }).waitFor()
    await alice.contact('Bob').waitFor()
    await check('list and requests')
    await page.getByRole('button', { name: 'Actions for Bob' }).click()
    await page.getByRole('menu').waitFor()
    await check('menu of a contact')
    await page.getByRole('menuitem', { name: 'Edit name and groups…' }).click()
    await page.getByRole('dialog').waitFor()
    await check('dialog to edit a contact')
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Add contact' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await check('dialog to add a contact, which refuses')
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Change picture' }).click()
    await page.getByRole('button', { name: 'Use the camera' }).waitFor()
    await check('dialog for a picture')
    await page.getByRole('button', { name: 'Use the camera' }).click()
    const take = page.getByRole('button', { name: 'Take picture' })
    await take.and(page.locator(':enabled')).waitFor()
    await check('camera')
    await take.click()
    await page.getByRole('group', { name: 'The part that is shown' }).waitFor()
    await check('crop')
    await alice.usePicture()

    await page.getByLabel('Public page').check()
    const opened = alice.context.waitForEvent('page')
    await page.getByRole('link', { name: 'Open my public page' }).click()
    const card = await opened
    await card.getByRole('heading', { name: 'alice' }).waitFor()
    await assertAccessible(card, 'public page')
    await assertFits(card, 'public page')
    await card.close()
    await page.getByLabel('Public page').uncheck()

    alice.record.expect(/ERR_INTERNET|WebSocket/)
    await alice.context.setOffline(true)
    await alice.banner.waitFor()
    await check('banner')
  })
}

/** Goes on by Tab until something of that name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = []
  for (let steps = 0; steps < 40; steps++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement
          ? element.labels
          : null
      return (
        element?.getAttribute('aria-label') ??
        labels?.[0]?.textContent ??
        element?.textContent ??
        ''
      ).trim()
    })
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
    seen.push(focused.slice(0, 40))
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab never comes to ${String(name)}: ${seen.join(' > ')}`)
}

test('by keyboard alone: sign in, add a contact, open and leave its menu, change the status', async (t) => {
  const carol = await person(t, stage, 'carol')
  const { page } = carol
  const { keyboard } = page
  await page.goto(stage.origin)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await tabTo(page, 'SIP address')
  await keyboard.type('carol@localhost')
  await tabTo(page, 'Password')
  await keyboard.type(PASSWORD)
  await keyboard.press('Enter')

  await page.getByRole('heading', { name: 'Contacts' }).waitFor()
  await tabTo(page, 'Add contact')
  await keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Add a contact' }).waitFor()
  await tabTo(page, 'Address')
  await keyboard.type('bob')
  await tabTo(page, /^Name/)
  await keyboard.type('Bob')
  await keyboard.press('Enter')
  await carol.contact('Bob').waitFor()

  await tabTo(page, 'Actions for Bob')
  await keyboard.press('Enter')
  await page.getByRole('menuitem').first().and(page.locator(':focus')).waitFor()
  await keyboard.press('Escape')
  await page.getByRole('button', { name: 'Actions for Bob' }).and(page.locator(':focus')).waitFor()

  await tabTo(page, 'Status')
  await keyboard.type('Busy')
  const status = page.getByLabel('Status')
  assert.equal(await status.evaluate((element) => (element as HTMLSelectElement).value), 'busy')
})

test('the focus can be seen wherever Tab takes it', async (t) => {
  const alice = await busyPage(t, looks['in light colours'])
  await alice.signIn()
  await alice.contact('Bob').waitFor()
  const { page } = alice
  const unseen = new Set<string>()
  for (let steps = 0; steps < 30; steps++) {
    await page.keyboard.press('Tab')
    const without = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return undefined
      const { outlineStyle, boxShadow } = getComputedStyle(element)
      return outlineStyle === 'none' && boxShadow === 'none' ? element.outerHTML : undefined
    })
    if (without !== undefined) unseen.add(without)
  }
  assert.deepEqual([...unseen], [])
})
