/** The list of contacts, requests and watchers in a real browser, with people who are made up. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { requireProgram } from '../support/programs.ts'
import { isInstalled } from '../setup/debian-tools.mjs'
import { assertFocus } from './people/assert-focus.ts'
import { startPeopleStage, type PeopleStage } from './people/open-people.ts'
import { assertAccessible } from './accessible.ts'
import { scrollDown } from './people/scroll-down.ts'

let stage: PeopleStage

before(async () => {
  if (isInstalled('chromium')) stage = await startPeopleStage()
})

after(async () => {
  if (isInstalled('chromium')) await stage.end()
})

const calls = (page: Page) => page.evaluate(() => people.calls)

test('a contact is told in words: name, status, note, in a list under the name of the group', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 3 })
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
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 40 })
  await page.waitForLoadState('networkidle')
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
  assert.deepEqual(touched, ['GMGrace MüllerAwayGone for lunch⋯'])
})

test('a picture is asked for once for each address of it, and initials stand where it does not load', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 3 })
  stage.served.pictures.length = 0
  const row = page.getByRole('listitem').filter({ hasText: 'Carol Nováková' })
  const tell = (icon: string) =>
    page.evaluate((url) => {
      people.tell('sip:n2@example.com', { icon: url })
    }, icon)
  await tell('/pictures/77.png')
  await row.locator('img[src="/pictures/77.png"]').waitFor()
  await page.evaluate(() => {
    people.tell('sip:n2@example.com', { note: 'the same picture' })
  })
  await row.getByText('the same picture').waitFor()
  await page.waitForFunction(
    () => document.querySelector<HTMLImageElement>('img[src="/pictures/77.png"]')?.complete,
  )
  assert.deepEqual(stage.served.pictures, ['/pictures/77.png'])

  await tell('/gone.png')
  await row.getByText('CN').waitFor()
  assert.equal(await row.locator('img').count(), 0)
  const again = page.waitForRequest(/gone\.png/)
  await page.evaluate(() => {
    people.connection.value = { state: 'connecting' }
    people.connection.value = { state: 'up' }
  })
  await again
})

test('adding says what is wrong with an address before anything is sent, and what the server refused', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 3 })
  await page.getByRole('button', { name: 'Add contact' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a contact' })
  const address = dialog.getByLabel('Address')
  await assertAccessible(page, t.name)
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
  await assertAccessible(page, t.name)
  await page.evaluate(() => {
    people.refuse('')
  })
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'New friends' }).getByText('Zoe').waitFor()
  assert.equal(await dialog.count(), 0)
  await assertFocus(page, 'Add contact')
})

test('with the keyboard alone a contact is renamed, put into groups, removed and put back', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 12 })
  const actions = page.getByRole('button', { name: 'Actions for Bob Jones' }).first()
  await actions.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menu', { name: 'Actions for Bob Jones' }).waitFor()
  await assertFocus(page, 'Edit name and groups…')
  await assertAccessible(page, t.name)
  await page.keyboard.press('Escape')
  await assertFocus(page, 'Actions for Bob Jones')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Edit Bob Jones' })
  await assertAccessible(page, t.name)
  await page.keyboard.press('Control+A')
  await page.keyboard.type('Robert')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await dialog.getByLabel('New group').fill('Chess')
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Chess' }).getByText('Robert').waitFor()
  await assertFocus(page, 'Contacts')
  assert.deepEqual(await calls(page), [
    'renameContact sip:n1@example.com Robert',
    'setGroups sip:n1@example.com ["Work","Chess"]',
  ])

  await page.getByRole('button', { name: 'Actions for Robert' }).first().focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await assertFocus(page, 'Remove from my list')
  await page.keyboard.press('Enter')
  await page.getByText('Robert is no longer on your list.').waitFor()
  await assertFocus(page, 'Undo')
  await assertAccessible(page, t.name)
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Chess' }).getByText('Robert').waitFor()
  assert.deepEqual((await calls(page)).slice(2), [
    'removeContact sip:n1@example.com',
    'addContact {"address":"sip:n1@example.com","name":"Robert","group":"Work"}',
    'setGroups sip:n1@example.com ["Work","Chess"]',
  ])
})

test('the last group of a contact cannot be taken away', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 1 })
  await page.getByRole('button', { name: 'Actions for Ada Smith' }).click()
  await page.getByRole('menuitem', { name: 'Edit name and groups…' }).click()
  await page.getByRole('checkbox', { name: 'Friends' }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').filter({ hasText: 'Choose one group at least.' }).waitFor()
  assert.deepEqual(await calls(page), [])
})

test('a second click on the button closes its menu', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 3 })
  const button = page.getByRole('button', { name: 'Actions for Ada Smith' })
  await button.click()
  await page.getByRole('menu').waitFor()
  assert.equal(await button.getAttribute('aria-expanded'), 'true')
  // Nobody clicks twice within one frame; a test does.
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)))
  await button.click()
  await page.getByRole('menu').waitFor({ state: 'detached' })
  assert.equal(await button.getAttribute('aria-expanded'), 'false')
})

test('RFC 5025 §3.2.1: a request is announced once, answered in plain words, and the focus goes on', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 3 })
  await page.evaluate(() => {
    people.ask({ address: 'sip:zoe@example.net', name: 'Zoe' })
    people.ask({ address: 'sip:yves@example.net', name: 'Yves' })
  })
  await page.getByRole('status').filter({ hasText: '2 people ask to see your status.' }).waitFor()
  const zoe = page
    .getByRole('region', { name: 'Requests to see you' })
    .getByRole('listitem')
    .first()
  await assertAccessible(page, t.name)
  await zoe.getByRole('checkbox', { name: 'Add to my list too' }).check()
  await zoe.getByRole('button', { name: 'Look offline' }).focus()
  await page.keyboard.press('Enter')
  await zoe.filter({ hasText: 'Yves' }).waitFor()
  assert.deepEqual(await calls(page), [
    'addContact {"address":"sip:zoe@example.net","name":"Zoe"}',
    'decide sip:zoe@example.net polite-block',
  ])
  await assertFocus(page, 'Allow')
  await page.getByRole('button', { name: 'Block' }).click()
  await page.getByRole('region', { name: 'Requests to see you' }).waitFor({ state: 'detached' })
  await assertFocus(page, 'Who watches me')
})

test('an answer that the server refuses is said on the card, which stays', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { requests: 1 })
  await page.evaluate(() => {
    people.refuse('The server is busy.')
  })
  const card = page.getByRole('region', { name: 'Requests to see you' }).getByRole('listitem')
  await card.getByRole('button', { name: 'Allow' }).click()
  await card.getByRole('alert').filter({ hasText: 'The server is busy.' }).waitFor()
  await page.evaluate(() => {
    people.refuse('')
  })
  await card.getByRole('button', { name: 'Allow' }).dblclick()
  await card.waitFor({ state: 'detached' })
  assert.equal((await calls(page)).length, 2)
})

test('WCAG 2.2 §2.4.1: arrow keys go from row to row, and the list can be skipped', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 500, watchers: 1 })
  await page.getByRole('searchbox', { name: 'Find a contact' }).focus()
  await page.keyboard.press('Tab')
  await assertFocus(page, 'Skip the list')
  await page.keyboard.press('Tab')
  await assertFocus(page, 'Friends')
  await page.keyboard.press('ArrowDown')
  await assertFocus(page, 'Actions for Ada Smith')
  await page.keyboard.press('ArrowDown')
  await assertFocus(page, 'Actions for Bob Jones')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await assertFocus(page, 'Change what Ada Smith may see')
})

test('RFC 5025 §3.2.1: what a watcher may see can be changed afterwards', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 5, watchers: 5 })
  const row = page.getByRole('region', { name: 'Who watches me' }).getByRole('listitem')
  assert.match(await row.nth(1).innerText(), /Sees you offline\s+Watching now/)
  assert.match(await row.nth(2).innerText(), /Blocked, sees nothing\s+Not watching now/)
  assert.match(await row.nth(3).innerText(), /Let in by your server/)
  await page.getByRole('button', { name: 'Change what Bob Jones may see' }).click()
  await page.getByRole('menuitemradio', { checked: true, name: 'Look offline' }).waitFor()
  await page.getByRole('menuitemradio', { name: 'Block' }).click()
  await page.waitForFunction(() => people.calls.includes('decide sip:n1@example.com block'))
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1100, 320])
    test(`WCAG 2.2: the list is accessible in ${colorScheme} at ${width} pixels, and nothing is cut off`, async (t) => {
      if (!requireProgram(t, 'chromium')) return
      const page = await stage.open(t, {
        ...{ contacts: 20, requests: 2, watchers: 5, width, colorScheme },
      })
      await assertAccessible(page, t.name)
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      assert.equal(excess, 0)
    })

test('the filter leaves whom it names, and says how many', async (t) => {
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 200 })
  const field = page.getByRole('searchbox', { name: 'Find a contact' })
  await page.getByRole('button', { name: 'Friends' }).click()
  await field.fill('elodie')
  await page.getByRole('status').filter({ hasText: '20 contacts found' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Actions for Élodie' }).count(), 20)
  await field.fill('nobody at all')
  await page.getByText('Nobody on your list is called “nobody at all”.').waitFor()
  await assertAccessible(page, t.name)
})

test('500 contacts are drawn at once, and scrolled without jank', async (t) => {
  const opened = performance.now()
  if (!requireProgram(t, 'chromium')) return
  const page = await stage.open(t, { contacts: 500 })
  await page
    .getByRole('button', { name: /^Actions for/ })
    .nth(499)
    .waitFor({ state: 'attached' })
  const drawn = performance.now() - opened
  // Rows out of sight are there for a screen reader and for searching, and are not laid out.
  const laidOut = await page.evaluate(
    () =>
      [...document.querySelectorAll('.person-name')].filter((name) =>
        name.checkVisibility({ contentVisibilityAuto: true }),
      ).length,
  )
  assert.ok(laidOut > 5 && laidOut < 100, `${laidOut} rows are laid out`)
  const { frames, worst, long } = await page.evaluate(scrollDown)
  const said = `drawn in ${drawn.toFixed(0)} ms; ${frames} frames, worst ${worst.toFixed(0)} ms, ${long} long tasks`
  t.diagnostic(said)
  // Bounds for a machine that has other things to do.
  assert.ok(long < frames / 2 && worst < 1000, said)
})
