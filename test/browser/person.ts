/** A person at the page, as a test moves them: everything is found by role and name, as a screen reader finds it. */
import type { TestContext } from 'node:test'
import type { BrowserContextOptions, Locator } from 'playwright-core'
import { PASSWORD } from '../support/visage-process.ts'
import type { BrowserPage } from './browser-page.ts'
import type { Stage } from './stage.ts'

export interface Person extends BrowserPage {
  readonly user: string
  /** Opens the page, and fills and sends the form. */
  signIn(options?: { password?: string; remember?: boolean }): Promise<void>
  /** Signed in and connected: the contacts are drawn, and no banner is there. */
  arrived(): Promise<void>
  /** What is said of the connection while there is none. */
  readonly banner: Locator
  /** A contact's row on the list. */
  contact(name: string): Locator
  /** Chooses in the menu of a contact. */
  chooseFor(name: string, action: string): Promise<void>
  addContact(contact: { address: string; name: string; group?: string }): Promise<void>
  setStatus(status: string): Promise<void>
  setNote(note: string): Promise<void>
  /** Takes a picture with the camera, up to where it can be cropped. */
  takePicture(): Promise<void>
  /** Sends the picture that is cropped. Gives when the service answered that it has it, by performance.now(). */
  usePicture(): Promise<number>
}

/** Somebody who has just come to the computer: the page is not open yet. */
export async function person(
  t: TestContext,
  stage: Stage,
  user: string,
  options?: BrowserContextOptions,
  origins: readonly string[] = [],
): Promise<Person> {
  const opened = await stage.open(t, origins, options)
  const { page } = opened
  const contacts = page.getByRole('region', { name: 'Contacts' })
  const card = page.getByRole('region', { name: 'My card' })
  const banner = page.getByRole('banner').getByRole('status').getByRole('paragraph')
  const dialog = page.getByRole('dialog')
  const somebody: Person = {
    ...opened,
    ...{ user, banner },
    signIn: async ({ password = PASSWORD, remember = false } = {}) => {
      await page.goto(stage.origin)
      await page.getByLabel('SIP address').fill(`${user}@${stage.domain}`)
      await page.getByLabel('Password').fill(password)
      if (remember) await page.getByLabel('Keep me signed in').check()
      await page.getByRole('button', { name: 'Sign in' }).click()
    },
    arrived: async () => {
      await contacts.getByText(/Fetching/).waitFor({ state: 'hidden' })
      await contacts.waitFor()
      await banner.waitFor({ state: 'hidden' })
    },
    contact: (name) => contacts.getByRole('listitem').filter({ hasText: name }),
    chooseFor: async (name, action) => {
      await contacts.getByRole('button', { name: `Actions for ${name}` }).click()
      await page.getByRole('menu').getByText(action, { exact: true }).click()
    },
    addContact: async ({ address, name, group }) => {
      await contacts.getByRole('button', { name: 'Add contact' }).click()
      await dialog.getByLabel('Address').fill(address)
      await dialog.getByLabel('Name').fill(name)
      if (group !== undefined) await dialog.getByLabel('Group').fill(group)
      await dialog.getByRole('button', { name: 'Add', exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
    },
    setStatus: async (status) => {
      await card.getByLabel('Status').selectOption({ label: status })
    },
    setNote: async (note) => {
      await card.getByLabel('Note').fill(note)
      await card.getByLabel('Note').press('Enter')
    },
    takePicture: async () => {
      await card.getByRole('button', { name: 'Change picture' }).click()
      await dialog.getByRole('button', { name: 'Use the camera' }).click()
      await dialog.getByRole('button', { name: 'Take picture' }).click()
      await dialog.getByRole('group', { name: 'The part that is shown' }).waitFor()
    },
    usePicture: async () => {
      const stored = page
        .waitForResponse((answer) => answer.url().includes('/icons/') && answer.ok())
        .then(() => performance.now())
      await dialog.getByRole('button', { name: 'Use this picture' }).click()
      await dialog.waitFor({ state: 'hidden' })
      return stored
    },
  }
  return somebody
}
