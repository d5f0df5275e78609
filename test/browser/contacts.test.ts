/** The contact list, and who may see whom, in browsers: a domain in which everybody is asked first. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { person, type Person } from './person.ts'
import { resident } from './resident.ts'
import { setStage } from './stage.ts'

const users = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank']
const stage = setStage({ users, config: { presence: { defaultPolicy: 'confirm' } } })
const { test } = stage

/** The card of somebody who asks to see me. */
const request = ({ page }: Person, user: string) =>
  page
    .getByRole('region', { name: /^Request/ })
    .getByRole('listitem', { name: `${user}@localhost` })

const watcher = ({ page }: Person, name: string) =>
  page
    .getByRole('region', { name: 'Who watches me' })
    .getByRole('listitem')
    .filter({ hasText: name })

/** Two who are signed in, the second with the first on the list, waiting to be let in. */
async function asking(t: TestContext, presentity: string, user: string) {
  const [one, other] = await Promise.all([person(t, stage, presentity), person(t, stage, user)])
  await Promise.all([one.signIn(), other.signIn()])
  await other.addContact({ address: presentity, name: 'Friend' })
  await other.contact('Friend').getByText('Waiting for Friend to allow you').waitFor()
  await request(one, user).waitFor()
  return [one, other] as const
}

test('who is allowed sees me at once, and can be put on my list with the same answer', async (t) => {
  const [alice, bob] = await asking(t, 'alice', 'bob')
  await request(alice, 'bob').getByLabel('Add to my list too').check()
  await request(alice, 'bob').getByRole('button', { name: 'Allow' }).click()
  await bob.contact('Friend').getByText('Online').waitFor()
  await request(alice, 'bob').waitFor({ state: 'hidden' })
  await alice.contact('bob@localhost').waitFor()
  await watcher(alice, 'bob@localhost').getByText('Sees your status').waitFor()
})

test('who is blocked politely sees me offline whatever I do, until I change my mind', async (t) => {
  const [carol, dave] = await asking(t, 'carol', 'dave')
  await request(carol, 'dave').getByRole('button', { name: 'Look offline' }).click()
  await dave.contact('Friend').getByText('Offline').waitFor()
  await carol.setStatus('Busy')
  await carol.setNote('Not for everybody')
  await carol.page.getByText('Note saved').waitFor()
  // Whatever carol's note had to tell dave would reach him before this answer.
  await dave.setNote('Just me')
  await dave.page.getByText('Note saved').waitFor()
  await watcher(carol, 'dave@localhost').getByText('Sees you offline').waitFor()
  assert.equal(await dave.contact('Friend').getByText('Busy').count(), 0)
  assert.equal(await dave.contact('Friend').getByText('Not for everybody').count(), 0)

  await watcher(carol, 'dave@localhost')
    .getByRole('button', { name: /^Change/ })
    .click()
  await carol.page.getByRole('menuitemradio', { name: 'Allow' }).click()
  await dave.contact('Friend').getByText('Busy').waitFor()
  await dave.contact('Friend').getByText('Not for everybody').waitFor()
})

test('who is blocked is told so, and sees nothing', async (t) => {
  const [erin, frank] = await asking(t, 'erin', 'frank')
  await request(erin, 'frank').getByRole('button', { name: 'Block' }).click()
  await frank.contact('Friend').getByText('Does not share their status with you').waitFor()
  assert.equal(await frank.contact('Friend').locator('img').count(), 0)
})

test('a contact is added, renamed, put into groups, removed and put back, and the list is the same on the next computer', async (t) => {
  const alice = await person(t, stage, 'alice')
  await alice.signIn()
  await alice.addContact({ address: 'sip:grace@localhost', name: 'Grace', group: 'Work' })
  await alice.page.getByRole('list', { name: 'Work' }).getByText('Grace').waitFor()

  await alice.chooseFor('Grace', 'Edit name and groups…')
  const dialog = alice.page.getByRole('dialog', { name: 'Edit Grace' })
  await dialog.getByLabel('Name').fill('Grace Hopper')
  await dialog.getByLabel('New group').fill('Navy')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  for (const group of ['Work', 'Navy']) {
    await alice.page.getByRole('list', { name: group }).getByText('Grace Hopper').waitFor()
  }

  await alice.page.getByRole('button', { name: 'Actions for Grace Hopper' }).first().click()
  await alice.page.getByRole('menuitem', { name: 'Remove from my list' }).click()
  await alice.page.getByText('Grace Hopper is no longer on your list').waitFor()
  assert.equal(await alice.contact('Grace Hopper').count(), 0)
  await alice.page.getByRole('button', { name: 'Undo' }).click()

  const elsewhere = await person(t, stage, 'alice')
  await alice.contact('Grace Hopper').nth(1).waitFor()
  await elsewhere.signIn()
  for (const group of ['Work', 'Navy']) {
    await elsewhere.page.getByRole('list', { name: group }).getByText('Grace Hopper').waitFor()
  }
})

test('what was changed on another computer is there when the person comes back to the page', async (t) => {
  const carol = await person(t, stage, 'carol')
  const elsewhere = resident(t, stage, 'carol')
  const one = { user: 'bob', name: 'Bob', group: 'Friends' }
  await elsewhere.putContacts([one])
  await carol.signIn()
  await carol.contact('Bob').waitFor()
  await elsewhere.putContacts([one, { ...one, user: 'dave', name: 'Dave' }])
  await carol.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await carol.contact('Dave').waitFor()
})

test('an address that is none, or on the list already, is refused in words and nothing is sent', async (t) => {
  const alice = await person(t, stage, 'alice')
  await resident(t, stage, 'alice').putContacts([{ user: 'bob', name: 'Bob', group: 'Friends' }])
  await alice.signIn()
  await alice.contact('Bob').waitFor()
  const written: string[] = []
  alice.page.on('request', (sent) => {
    if (sent.method() === 'PUT') written.push(sent.url())
  })
  await alice.page.getByRole('button', { name: 'Add contact' }).click()
  const dialog = alice.page.getByRole('dialog', { name: 'Add a contact' })
  for (const address of ['', 'bob smith', '@localhost', 'bob@localhost', 'sip:bob@localhost']) {
    await dialog.getByLabel('Address').fill(address)
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('Address').fill('x')
    await dialog.getByRole('alert').waitFor({ state: 'hidden' })
  }
  assert.deepEqual(written, [])
})

test('what is typed into the search field narrows the list down', async (t) => {
  const bob = await person(t, stage, 'bob')
  const names = ['Anna', 'Annika', 'Bert']
  await resident(t, stage, 'bob').putContacts(
    names.map((name) => ({ user: name.toLowerCase(), name, group: 'Friends' })),
  )
  await bob.signIn()
  await bob.page.getByRole('searchbox', { name: 'Find a contact' }).fill('ann')
  await bob.page.getByText('2 contacts found').waitFor()
  await bob.contact('Bert').waitFor({ state: 'hidden' })
  await bob.contact('Annika').waitFor()
})
