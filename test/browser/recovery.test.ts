/** A page without its server, or without a network: says so, loses nothing, and is itself again without being asked. */
import assert from 'node:assert/strict'
import { person } from './person.ts'
import { setStage } from './stage.ts'

const stage = setStage({ users: ['alice', 'bob', 'carol', 'dave'] })
const { test } = stage

/** What Chromium puts on the console while nobody answers. */
const NOBODY_THERE = /ERR_CONNECTION|ERR_INTERNET|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket/

/** The page waits a little longer after each attempt that failed. */
const SOME_TIME_LATER = { state: 'hidden', timeout: 60_000 } as const

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`the server ends by ${signal} and comes back: both pages say so, recover by themselves, and presence is right again`, async (t) => {
    const people = await Promise.all([person(t, stage, 'alice'), person(t, stage, 'bob')])
    const [alice, bob] = people
    await Promise.all(people.map((one) => one.signIn()))
    if (signal === 'SIGTERM') await bob.addContact({ address: 'alice', name: 'Alice' })
    await alice.setStatus('Busy')
    await alice.setNote(`Before ${signal}`)
    const row = bob.contact('Alice')
    await row.getByText('Busy').waitFor()
    await row.getByText(`Before ${signal}`).waitFor()
    for (const { record } of people) record.expect(NOBODY_THERE)

    await stage.visage.server.stop(signal)
    await Promise.all(people.map((one) => one.banner.waitFor()))
    const note = alice.page.getByLabel('Note')
    await note.fill('Typed meanwhile')
    await row.getByText('Busy').waitFor()

    const start = performance.now()
    await stage.visage.restart(signal)
    t.diagnostic(`the server is there again after ${(performance.now() - start).toFixed(0)} ms`)
    await Promise.all(people.map((one) => one.banner.waitFor(SOME_TIME_LATER)))
    t.diagnostic(`the pages are after ${(performance.now() - start).toFixed(0)} ms`)
    assert.equal(await note.inputValue(), 'Typed meanwhile')
    await note.press('Enter')
    await row.getByText('Typed meanwhile').waitFor()
    await row.getByText('Busy').waitFor()
    await alice.setStatus('Away')
    await row.getByText('Away').waitFor()
  })
}

test('without a network the page says so, and when it is back so is everything', async (t) => {
  const people = await Promise.all([person(t, stage, 'carol'), person(t, stage, 'dave')])
  const [carol, dave] = people
  await Promise.all(people.map((one) => one.signIn()))
  await dave.addContact({ address: 'carol', name: 'Carol' })
  await dave.contact('Carol').getByText('Online').waitFor()
  dave.record.expect(NOBODY_THERE)

  await dave.context.setOffline(true)
  await dave.banner.waitFor()
  await carol.setStatus('On the phone')
  await dave.context.setOffline(false)
  await dave.banner.waitFor({ state: 'hidden' })
  await dave.contact('Carol').getByText('On the phone').waitFor()
})

// The last one: the server stays away.
test('who does not want to wait for the next attempt has it made at once', async (t) => {
  const alice = await person(t, stage, 'alice')
  // SIP is loaded after the first draw: from a server that is gone it could not be.
  const connected = alice.page.waitForEvent('websocket')
  await alice.signIn()
  await alice.arrived()
  await connected
  alice.record.expect(NOBODY_THERE)
  await stage.visage.server.stop('SIGKILL')
  await alice.page.getByText(/Next try in ([5-9]|\d\d) s/).waitFor()
  const attempt = alice.page.waitForEvent('websocket').then(() => performance.now())
  await alice.page.getByRole('button', { name: 'Try now' }).click()
  const clicked = performance.now()
  const waited = (await attempt) - clicked
  assert.ok(waited < 3000, `${waited.toFixed(0)} ms`)
})
