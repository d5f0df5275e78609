/** Several pages and programs of one person beside each other: each shows what was done in another, and says the same. */
import type { Page } from 'playwright-core'
import { PASSWORD, run } from '../support/visage-process.ts'
import { person, type Person } from './person.ts'
import { setStage } from './stage.ts'

const stage = setStage({ users: ['alice', 'bob', 'carol'] })
const { test } = stage

/** The session's cookie is the browser's, once they are signed in. */
async function secondTab(one: Person): Promise<Page> {
  await one.arrived()
  const page = await one.context.newPage()
  await page.goto(stage.origin)
  await page.getByRole('region', { name: 'Contacts' }).waitFor()
  return page
}

const contactsOf = (page: Page) => page.getByRole('region', { name: 'Contacts' })

test('in two tabs of one person the same is said of them; signed out in one, nobody sees them online from the other', async (t) => {
  const [alice, bob] = await Promise.all([person(t, stage, 'alice'), person(t, stage, 'bob')])
  await Promise.all([alice.signIn(), bob.signIn()])
  await bob.addContact({ address: 'alice@localhost', name: 'Alice' })
  const other = await secondTab(alice)
  const status = other.getByLabel('Status')
  await alice.setStatus('Busy')
  await bob.contact('Alice').getByText('Busy', { exact: true }).waitFor()
  await status.selectOption({ label: 'Away' })
  await bob.contact('Alice').getByText('Away', { exact: true }).waitFor()
  await status.selectOption({ label: 'Appear offline' })
  await bob.contact('Alice').getByText('Offline', { exact: true }).waitFor()
  await alice.setStatus('Online')
  await bob.contact('Alice').getByText('Online', { exact: true }).waitFor()

  await other.getByRole('button', { name: 'Sign out' }).click()
  await alice.page.getByText('You signed out in another tab.').waitFor()
  await bob.contact('Alice').getByText('Offline', { exact: true }).waitFor()
})

test('RFC 5875: what the command line and another tab change on my list is there at once', async (t) => {
  const carol = await person(t, stage, 'carol')
  await carol.signIn()
  const other = await secondTab(carol)
  await carol.addContact({ address: 'alice@localhost', name: 'Alice' })
  await contactsOf(other).getByText('Alice', { exact: true }).waitFor()
  const flags = stage.visage.as('carol@localhost')
  await run('visage', ['contacts', 'add', 'bob@localhost', ...flags])
  for (const page of [carol.page, other]) await contactsOf(page).getByText('bob').first().waitFor()
  await run('visage', ['contacts', 'block', 'alice@localhost', ...flags])
  const watchers = other.getByRole('region', { name: 'Who watches me' })
  await watchers.getByText('Blocked, sees nothing').waitFor()
})

test('when somebody else has signed in in this browser, a page that is looked at again is over', async (t) => {
  const alice = await person(t, stage, 'alice')
  // Her lists are not bob's to read.
  alice.record.expect(/status of 403.*\/xcap-root\//)
  const form = await alice.context.newPage()
  await form.goto(stage.origin)
  await alice.signIn()
  await alice.arrived()
  await form.getByLabel('SIP address').fill('bob@localhost')
  await form.getByLabel('Password').fill(PASSWORD)
  await form.getByRole('button', { name: 'Sign in' }).click()
  await contactsOf(form).waitFor()
  await alice.page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await alice.page.getByText('Your session has ended.').waitFor()
})
