/**
 * The page in pictures, with people who do not exist: kept below artifacts/ for whoever looks at a build.
 * VISAGE_README_PICTURES=1 puts the two that the README shows into docs/.
 */
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { PASSWORD, run } from '../support/visage-process.ts'
import { ARTIFACTS } from './browser-page.ts'
import { CONTACTS, ME } from './demo-people.ts'
import { drawFace } from './drawn-face.ts'
import { person } from './person.ts'
import { resident } from './resident.ts'
import { setStage } from './stage.ts'

const NEWCOMER = 'nina@partner.example'

const stage = setStage({
  users: [...CONTACTS.map(({ user }) => user), NEWCOMER],
  domains: ['example.com', 'partner.example'],
})
const { test } = stage

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url))

const desktop = { viewport: { width: 1200, height: 800 }, deviceScaleFactor: 1.5 }
const phone = { viewport: { width: 390, height: 700 }, deviceScaleFactor: 2 }

/** `shown`: in the README, too, under that name. */
async function keep(page: Page, name: string, shown?: string): Promise<void> {
  // Those out of sight are not fetched before somebody scrolls to them.
  await page.waitForFunction(() =>
    [...document.images]
      .filter((image) => image.getBoundingClientRect().top < innerHeight)
      .every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
  )
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => true),
  )
  const picture = await sharp(await page.screenshot())
    .png({ palette: true, quality: 90, effort: 10, compressionLevel: 9 })
    .toBuffer()
  mkdirSync(ARTIFACTS, { recursive: true })
  await writeFile(join(ARTIFACTS, `${name}.png`), picture)
  if (shown && process.env['VISAGE_README_PICTURES'] === '1') {
    await writeFile(join(DOCS, `${shown}.png`), picture)
  }
}

/** Everybody is who and how the README shows them. */
async function furnish(t: TestContext): Promise<void> {
  const config = join(stage.visage.folder, 'visage.yaml')
  const flags = ['--name', ME.name, '--password-stdin', '--config', config]
  const address = `${ME.user}@${stage.domain}`
  await run('visage', ['user', 'add', address, ...flags], { input: `${PASSWORD}\n` })
  await resident(t, stage, ME.user).putContacts(CONTACTS)
  await Promise.all(
    [ME, ...CONTACTS].map(async ({ user, face, presence }, number) => {
      const one = resident(t, stage, user)
      if (face) await one.icons.put(await drawFace(face))
      if (presence && user !== ME.user) await one.presence.publish(presence)
      if (number > 0 && number < 4) one.presence.watch(`sip:${address}`)
    }),
  )
}

/** Alice's page, everybody's presence and picture on it. */
async function alicesPage(t: TestContext, look: BrowserContextOptions) {
  const alice = await person(t, stage, ME.user, look)
  await alice.signIn()
  await alice.contact('Grace').getByText('Concert tonight!').waitFor()
  return alice
}

test('the page in pictures: signing in, the list in light and dark, on a desktop and on a phone', async (t) => {
  await furnish(t)
  const visitor = await person(t, stage, ME.user, desktop)
  await visitor.page.goto(stage.origin)
  await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await keep(visitor.page, 'sign-in')

  const { page, context, ...alice } = await alicesPage(t, desktop)
  await alice.setNote('Back at my desk')
  await page.getByRole('region', { name: 'Who watches me' }).getByText('Dimitri').waitFor()
  await page.locator('body').click({ position: { x: 5, y: 5 } })
  await keep(page, 'list-light', 'page')
  await page.emulateMedia({ colorScheme: 'dark' })
  await keep(page, 'list-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByRole('button', { name: 'Actions for Carol' }).click()
  await keep(page, 'menu-light')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Add contact' }).click()
  await keep(page, 'add-contact-light')
  await context.close()

  resident(t, stage, NEWCOMER).presence.watch(`sip:${ME.user}@${stage.domain}`)
  const small = await alicesPage(t, { ...phone, colorScheme: 'dark' })
  await small.page.getByRole('region', { name: /^Request/ }).waitFor()
  await keep(small.page, 'phone-dark')
  await small.contact('Bob').scrollIntoViewIfNeeded()
  await keep(small.page, 'phone-list-dark')
  await small.page.getByRole('button', { name: 'Change picture' }).click()
  const chooser = small.page.waitForEvent('filechooser')
  await small.page.getByRole('button', { name: 'Choose a file' }).click()
  const buffer = await drawFace(ME.face!, 1024)
  await (await chooser).setFiles({ name: 'me.png', mimeType: 'image/png', buffer })
  await small.page.getByRole('group', { name: 'The part that is shown' }).press('+')
  await keep(small.page, 'phone-crop-dark', 'page-phone')
})
