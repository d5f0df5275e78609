/** The list of contacts, requests and watchers in a real browser, with people who are made up. */
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { isInstalled } from '../setup/debian-tools.mjs'
import { requireProgram } from '../support/programs.ts'
import type { MadeUpPeople } from './people/made-up-people.ts'
import { servePeople, type ServedPeople } from './people/serve-people.ts'

declare global {
  var people: MadeUpPeople
  var framesSeen: { long: number; frames: number; worst: number }
}

let served: ServedPeople
let browser: Browser

before(async () => {
  if (!isInstalled('chromium')) return
  served = await servePeople()
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
})

after(async () => {
  if (!isInstalled('chromium')) return
  await browser.close()
  await served.close()
})

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

interface Opening {
  readonly contacts?: number
  readonly requests?: number
  readonly watchers?: number
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
}

/** Undefined: the test has been skipped. */
async function openPeople(t: TestContext, opening: Opening = {}): Promise<Page | undefined> {
  if (!requireProgram(t, 'chromium')) return undefined
  const { width = 1100, colorScheme = 'light', ...counts } = opening
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
  t.after(() => context.close())
  const page = await context.newPage()
  page.on('pageerror', (error) => {
    assert.fail(error)
  })
  const query = new URLSearchParams(Object.entries(counts).map(([name, n]) => [name, String(n)]))
  await page.goto(`${served.url}?${query.toString()}`)
  await page.getByRole('heading', { name: 'Contacts' }).waitFor()
  return page
}

const calls = (page: Page) => page.evaluate(() => people.calls)
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
  })

async function assertAccessible(page: Page): Promise<void> {
  // Read by the test itself: the page's policy lets nothing be put into it.
  const violations = await page.evaluate(`${axe.source}; axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`)
  assert.deepEqual(violations, [])
}

test('a contact is told in words: name, status, note, in a list under the name of the group', async (t) => {
  const page = await openPeople(t, { contacts: 3 })
  if (!page) return
  const friends = page.getByRole('list', { name: 'Friends' })
  assert.equal(await friends.getByRole('listitem').count(), 3)
  const bob = friends.getByRole('listitem').filter({ hasText: 'Bob Jones' })
  assert.equal(
    (await bob.innerText()).replace(/\s+/g, ' '),
    'Bob Jones Busy · In a meeting Budget, until three ⋯',
  )
  await page.getByText('3 of 3 online').waitFor()
})

test('one NOTIFY draws one row again, and no other', async (t) => {
  const page = await openPeople(t, { contacts: 40 })
  if (!page) return
  const touched = await page.evaluate(async () => {
    const rows = new Set<Element | undefined>()
    const watching = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement
        rows.add(element?.closest('li') ?? undefined)
      }
    })
    watching.observe(document.body, {
      ...{ subtree: true, childList: true, characterData: true, attributes: true },
    })
    people.tell('sip:n6@example.com', { activities: ['away'], note: 'Gone for lunch' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    return [...rows].map((row) => row?.textContent ?? 'outside of any row')
  })
  assert.deepEqual(touched, ['Grace SmithAwayGone for lunch⋯'])
})

test('a picture is asked for once for each address of it, and initials stand where it does not load', async (t) => {
  const page = await openPeople(t, { contacts: 3 })
  if (!page) return
  served.pictures.length = 0
  const row = page.getByRole('listitem').filter({ hasText: 'Bob Jones' })
  const tell = (icon: string) =>
    page.evaluate((url) => {
      people.tell('sip:n1@example.com', { icon: url })
    }, icon)
  await tell('/pictures/77.png')
  await row.locator('img[src="/pictures/77.png"]').waitFor()
  await page.evaluate(() => {
    people.tell('sip:n1@example.com', { note: 'the same picture' })
  })
  await row.getByText('the same picture').waitFor()
  await page.waitForFunction(
    () => document.querySelector<HTMLImageElement>('img[src="/pictures/77.png"]')?.complete,
  )
  assert.deepEqual(served.pictures, ['/pictures/77.png'])

  await tell('/gone.png')
  await row.getByText('BJ').waitFor()
  assert.equal(await row.locator('img').count(), 0)
  const again = page.waitForRequest(/gone\.png/)
  await page.evaluate(() => {
    people.connection.value = { state: 'connecting' }
    people.connection.value = { state: 'up' }
  })
  await again
})

test('adding says what is wrong with an address before anything is sent, and what the server refused', async (t) => {
  const page = await openPeople(t, { contacts: 3 })
  if (!page) return
  await page.getByRole('button', { name: 'Add contact' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a contact' })
  const address = dialog.getByLabel('Address')
  await assertAccessible(page)
  for (const [typed, words] of [
    ['', /Type the address/],
    ['bob smith', /“bob smith” is not an address/],
    ['n1', /on your list already/],
    ['alice@example.com', /your own address/],
  ] as const) {
    await address.fill(typed)
    await dialog.getByRole('button', { name: 'Add' }).click()
    await dialog.getByRole('alert').filter({ hasText: words }).waitFor()
    assert.equal(await address.evaluate((field) => field === document.activeElement), true)
  }
  assert.deepEqual(await calls(page), [])
  await page.evaluate(() => {
    people.refuse('The list has become too long for the server.')
  })
  await address.fill('zoe@example.net')
  await dialog.getByLabel('Name').fill('Zoe')
  await dialog.getByLabel('Group').fill('New friends')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByRole('alert').filter({ hasText: 'too long' }).waitFor()
  await assertAccessible(page)
  await page.evaluate(() => {
    people.refuse('')
  })
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'New friends' }).getByText('Zoe').waitFor()
  assert.equal(await dialog.count(), 0)
  assert.equal(await focused(page), 'Add contact')
})

test('with the keyboard alone a contact is renamed, put into groups, removed and put back', async (t) => {
  const page = await openPeople(t, { contacts: 12 })
  if (!page) return
  const actions = page.getByRole('button', { name: 'Actions for Bob Jones' }).first()
  await actions.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menu', { name: 'Actions for Bob Jones' }).waitFor()
  assert.equal(await focused(page), 'Edit name and groups…')
  await assertAccessible(page)
  await page.keyboard.press('Escape')
  assert.equal(await focused(page), 'Actions for Bob Jones')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Edit Bob Jones' })
  await assertAccessible(page)
  await page.keyboard.press('Control+A')
  await page.keyboard.type('Robert')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await dialog.getByLabel('New group').fill('Chess')
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Chess' }).getByText('Robert').waitFor()
  assert.deepEqual(await calls(page), [
    'renameContact sip:n1@example.com Robert',
    'setGroups sip:n1@example.com ["Work","Chess"]',
  ])

  await page.getByRole('button', { name: 'Actions for Robert' }).first().focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowUp')
  assert.equal(await focused(page), 'Remove from my list')
  await page.keyboard.press('Enter')
  await page.getByText('Robert is no longer on your list.').waitFor()
  assert.equal(await focused(page), 'Undo')
  await assertAccessible(page)
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Chess' }).getByText('Robert').waitFor()
  assert.deepEqual((await calls(page)).slice(2), [
    'removeContact sip:n1@example.com',
    'addContact {"address":"sip:n1@example.com","name":"Robert","group":"Work"}',
    'setGroups sip:n1@example.com ["Work","Chess"]',
  ])
})

test('the last group of a contact cannot be taken away', async (t) => {
  const page = await openPeople(t, { contacts: 1 })
  if (!page) return
  await page.getByRole('button', { name: 'Actions for Ada Smith' }).click()
  await page.getByRole('menuitem', { name: 'Edit name and groups…' }).click()
  await page.getByRole('checkbox', { name: 'Friends' }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').filter({ hasText: 'Choose one group at least.' }).waitFor()
  assert.deepEqual(await calls(page), [])
})

test('a second click on the button closes its menu', async (t) => {
  const page = await openPeople(t, { contacts: 3 })
  if (!page) return
  const button = page.getByRole('button', { name: 'Actions for Ada Smith' })
  await button.click()
  await page.getByRole('menu').waitFor()
  assert.equal(await button.getAttribute('aria-expanded'), 'true')
  await button.click()
  await page.getByRole('menu').waitFor({ state: 'detached' })
  assert.equal(await button.getAttribute('aria-expanded'), 'false')
})

test('RFC 5025 §3.2.1: a request is announced once, answered in plain words, and the focus goes on', async (t) => {
  const page = await openPeople(t, { contacts: 3 })
  if (!page) return
  await page.evaluate(() => {
    people.ask({ address: 'sip:zoe@example.net', name: 'Zoe' })
    people.ask({ address: 'sip:yves@example.net', name: 'Yves' })
  })
  await page.getByRole('status').filter({ hasText: '2 people ask to see your status.' }).waitFor()
  const zoe = page.getByRole('region', { name: 'Requests' }).getByRole('listitem').first()
  await assertAccessible(page)
  await zoe.getByRole('checkbox', { name: 'Add to my list too' }).check()
  await zoe.getByRole('button', { name: 'Look offline' }).focus()
  await page.keyboard.press('Enter')
  await zoe.filter({ hasText: 'Yves' }).waitFor()
  assert.deepEqual(await calls(page), [
    'addContact {"address":"sip:zoe@example.net","name":"Zoe"}',
    'decide sip:zoe@example.net polite-block',
  ])
  assert.match(await focused(page), /^Allow/)
  await page.getByRole('button', { name: 'Block' }).click()
  await page.getByRole('region', { name: 'Request' }).waitFor({ state: 'detached' })
  assert.equal(await focused(page), 'Who watches me')
})

test('RFC 5025 §3.2.1: what a watcher may see can be changed afterwards', async (t) => {
  const page = await openPeople(t, { contacts: 5, watchers: 5 })
  if (!page) return
  const row = page.getByRole('region', { name: 'Who watches me' }).getByRole('listitem')
  assert.match(await row.nth(1).innerText(), /Sees you offline\s+Watching now/)
  assert.match(await row.nth(2).innerText(), /Blocked, sees nothing\s+Not watching now/)
  assert.match(await row.nth(3).innerText(), /Let in by your server/)
  await page.getByRole('button', { name: 'Change what Bob Jones may see' }).click()
  const chosen = page.getByRole('menuitemradio', { checked: true })
  assert.equal(
    await chosen.getAttribute('aria-labelledby').then((id) => page.locator(`#${id}`).innerText()),
    'Look offline',
  )
  await page.getByRole('menuitemradio', { name: 'Block' }).click()
  await page.waitForFunction(() => people.calls.includes('decide sip:n1@example.com block'))
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1100, 320])
    test(`WCAG 2.2: the list is accessible in ${colorScheme} at ${width} pixels, and nothing is cut off`, async (t) => {
      const page = await openPeople(t, {
        ...{ contacts: 20, requests: 2, watchers: 5, width, colorScheme },
      })
      if (!page) return
      await assertAccessible(page)
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      assert.equal(excess, 0)
    })

test('the filter leaves whom it names, and says how many', async (t) => {
  const page = await openPeople(t, { contacts: 200 })
  if (!page) return
  const field = page.getByRole('searchbox', { name: 'Find a contact' })
  await page.getByRole('button', { name: 'Friends' }).click()
  await field.fill('elodie')
  await page.getByRole('status').filter({ hasText: '20 contacts found' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Actions for Élodie' }).count(), 20)
  await field.fill('nobody at all')
  await page.getByText('Nobody on your list is called “nobody at all”.').waitFor()
  await assertAccessible(page)
})
