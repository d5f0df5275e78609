/** How fast the page is there, how smoothly a long list scrolls, and how often pictures are fetched. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { drawFace } from './drawn-face.ts'
import { person } from './person.ts'
import { resident, type ListedContact } from './resident.ts'
import { setStage } from './stage.ts'

const crowd = Array.from({ length: 500 }, (_, number) => `person${number}`)
const stage = setStage({ users: ['alice', 'bob', ...crowd] })
const { test } = stage

/** Milliseconds on a machine that has nothing else to do; a test that runs beside others is given more. */
const READY = 1500
const FRAME = 17
const BESIDE_OTHERS = 3

const contacts = (count: number): ListedContact[] =>
  crowd.slice(0, count).map((user, number) => ({
    ...{ user, name: `Person ${number}`, group: number % 3 === 0 ? 'Friends' : 'Work' },
  }))

const FACE = {
  ...{ backdrop: '#cfe3ff', skin: '#f1c7a5', hair: '#7b3f1d', shirt: '#2f6fde' },
  cut: 'long',
} as const

/** What a browser keeps of somebody who is signed in: a cookie, and nothing in its cache. */
async function signedInState(t: TestContext, user: string) {
  const before = await person(t, stage, user)
  await before.signIn({ remember: true })
  await before.arrived()
  const storageState = await before.context.storageState()
  await before.context.close()
  return { storageState } satisfies BrowserContextOptions
}

/** By the page's own clock, which starts when it is asked for. */
async function drawnAfter(page: Page, rows: number): Promise<number> {
  const drawn = await page.waitForFunction(
    (rows) =>
      document.querySelectorAll('#contacts [role=list] > li').length >= rows && performance.now(),
    rows,
    { polling: 'raf' },
  )
  return Number(await drawn.jsonValue())
}

test('a list of 200 contacts is drawn within 1.5 seconds by a browser that has never seen the page', async (t) => {
  const alice = resident(t, stage, 'alice')
  await alice.putContacts(contacts(200))
  const image = await drawFace(FACE)
  const pictured = crowd.slice(0, 40).map((user) => resident(t, stage, user))
  await Promise.all(pictured.map(({ icons }) => icons.put(image)))
  const state = await signedInState(t, 'alice')
  const times: number[] = []
  for (let run = 0; run < 3; run++) {
    const { page, context } = await person(t, stage, 'alice', state)
    await page.goto(stage.origin, { waitUntil: 'commit' })
    times.push(await drawnAfter(page, 200))
    await context.close()
  }
  const words = times.map((time) => time.toFixed(0)).join(', ')
  t.diagnostic(`200 contacts drawn after ${words} ms`)
  assert.ok(Math.min(...times) < READY * BESIDE_OTHERS, `${words} ms`)
})

/** Scrolls to the end of the page, and gives the milliseconds from frame to frame and of tasks that were long. */
function scrolled(page: Page) {
  return page.evaluate(async () => {
    const [frames, tasks]: [number[], number[]] = [[], []]
    const watching = new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration))
    })
    watching.observe({ type: 'longtask' })
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    const { scrollingElement: root } = document
    for (let before = await nextFrame(); ;) {
      const top = root!.scrollTop
      scrollBy({ top: 150, behavior: 'instant' })
      const now = await nextFrame()
      frames.push(now - before)
      before = now
      if (root!.scrollTop === top) break
    }
    return { frames, tasks }
  })
}

test('500 contacts are scrolled through without a frame that takes long', async (t) => {
  await resident(t, stage, 'bob').putContacts(contacts(500))
  const bob = await person(t, stage, 'bob', { viewport: { width: 400, height: 800 } })
  await bob.signIn()
  t.diagnostic(`500 contacts drawn after ${(await drawnAfter(bob.page, 500)).toFixed(0)} ms`)
  await bob.page.getByText(/of 167 online/).waitFor()
  const { frames, tasks } = await scrolled(bob.page)
  const sorted = frames.sort((one, other) => one - other)
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0
  const longest = Math.max(0, ...tasks)
  t.diagnostic(
    `${frames.length} frames: median ${at(0.5).toFixed(1)} ms, 95 % within ${at(0.95).toFixed(1)} ms, worst ${at(1).toFixed(1)} ms; ` +
      `${tasks.length} long tasks, the longest ${longest.toFixed(0)} ms`,
  )
  assert.ok(frames.length > 100, `${frames.length} frames`)
  assert.ok(at(0.5) < FRAME * BESIDE_OTHERS, `median ${at(0.5)} ms`)
  assert.ok(at(0.95) < FRAME * 5 * BESIDE_OTHERS, `95 % within ${at(0.95)} ms`)
})

/** URLs of the pictures that came over the network since the page was loaded. */
const fetched = (page: Page) =>
  page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name, transferSize }) => name.includes('/i/') && transferSize > 0)
      .map(({ name }) => name),
  )

test('a picture is fetched once for each change of it, and not again by a page that is loaded again', async (t) => {
  const [alice, friend] = [await person(t, stage, 'alice'), resident(t, stage, 'person499')]
  const { page } = alice
  await resident(t, stage, 'alice').putContacts([
    { user: 'person499', name: 'Friend', group: 'Friends' },
  ])
  await friend.presence.publish({ note: 'first' })
  await friend.icons.put(await drawFace(FACE))
  await alice.signIn()
  const picture = alice.contact('Friend').locator('img')
  await picture.waitFor()
  const first = await picture.getAttribute('src')
  await page.waitForFunction(() => document.querySelector('#contacts img')?.matches('[src]'))
  await friend.presence.publish({ activities: ['busy'], note: 'second' })
  await alice.contact('Friend').getByText('second').waitFor()
  assert.equal((await fetched(page)).length, 1)

  await friend.icons.put(await drawFace({ ...FACE, hair: '#000000' }))
  await alice.contact('Friend').locator(`img:not([src="${first}"])`).waitFor()
  await friend.presence.publish({ note: 'third' })
  await alice.contact('Friend').getByText('third').waitFor()
  await picture.evaluate((image) => (image as HTMLImageElement).decode())
  assert.equal((await fetched(page)).length, 2)

  await page.reload()
  await picture.waitFor()
  await picture.evaluate((image) => (image as HTMLImageElement).decode())
  assert.deepEqual(await fetched(page), [])
})
