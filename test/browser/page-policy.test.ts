/** What the page may do in a browser, what pages of others may not, and that the tests would notice. CSP 3, Fetch. */
import assert from 'node:assert/strict'
import { person } from './person.ts'
import { resident } from './resident.ts'
import { startSoftphoneSite } from './softphone-site.ts'
import { setStage } from './stage.ts'

const stage = setStage({ users: ['alice'] })
const { test } = stage

test('the page comes with a strict policy, and a browser that keeps to it finds nothing to refuse', async (t) => {
  const { page, record } = await person(t, stage, 'alice')
  const answer = await page.goto(stage.origin)
  const policy = (await answer!.headerValue('content-security-policy')) ?? ''
  const directives = new Map(
    policy.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/)
      return [name, sources.join(' ')] as const
    }),
  )
  assert.equal(directives.get('default-src'), "'none'")
  assert.equal(directives.get('script-src'), "'self'")
  assert.equal(directives.get('style-src'), "'self'")
  assert.equal(directives.get('frame-ancestors'), "'none'")
  assert.doesNotMatch(policy, /unsafe|\*|data:/)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.deepEqual(record.faults(), [])
})

test('scripts and styles that somebody put into the page do not run', async (t) => {
  const { page, record } = await person(t, stage, 'alice')
  record.expect(/Content Security Policy/)
  await page.goto(stage.origin)
  const before = await page.evaluate(() => getComputedStyle(document.body).opacity)
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'globalThis.planted = true'
    const style = document.createElement('style')
    style.textContent = 'body { opacity: 0.5 }'
    document.body.append(script, style)
    return 'planted' in globalThis
  })
  assert.equal(ran, false)
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).opacity), before)
})

/** What a page tries that is not ours: the browser sends it the cookie, since ports make no other site. */
function tryEverything(service: string) {
  const outcome = (request: Promise<Response>) =>
    request.then(
      ({ status }) => status,
      () => 'refused',
    )
  const form = new FormData()
  form.append(
    'picture',
    new Blob([Uint8Array.of(0x47, 0x49, 0x46)], { type: 'image/gif' }),
    'x.gif',
  )
  const list = `${service}/xcap-root/resource-lists/users/sip:alice@localhost/index`
  const options = { credentials: 'include' } as const
  const blind = { ...options, mode: 'no-cors' } as const
  return Promise.all([
    outcome(fetch(`${service}/session`, options)),
    outcome(fetch(list, options)),
    outcome(fetch(list, { ...options, method: 'DELETE' })),
    outcome(fetch(`${service}/icons/alice@localhost`, { ...options, method: 'POST', body: form })),
    // What is answered to these no page can read, but the service would have done it.
    outcome(fetch(`${service}/icons/alice@localhost`, { ...blind, method: 'POST', body: form })),
    outcome(fetch(`${service}/session`, { ...blind, method: 'POST' })),
  ])
}

test('a page of another origin on the same host can neither read nor change anything by the session', async (t) => {
  const site = await startSoftphoneSite()
  t.after(() => site.close())
  const alice = await person(t, stage, 'alice', {}, [site.origin])
  await resident(t, stage, 'alice').putContacts([{ user: 'bob', name: 'Bob', group: 'Friends' }])
  await alice.signIn()
  await alice.contact('Bob').waitFor()
  const session = await alice.context.cookies()
  const page = await alice.context.newPage()
  const posted: number[] = []
  page.on('response', (answer) => {
    if (answer.request().method() === 'POST') posted.push(answer.status())
  })
  const opened = await page.goto(site.origin)
  const { cookie } = await opened!.request().allHeaders()
  assert.match(cookie ?? '', /visage-session=/, 'to a browser both are one site')
  const outcomes = await page.evaluate(tryEverything, stage.origin)
  assert.deepEqual(outcomes.slice(0, 4), ['refused', 'refused', 'refused', 'refused'])
  assert.deepEqual([...new Set(posted)], [403])

  assert.deepEqual(await alice.context.cookies(), session)
  await alice.page.reload()
  await alice.contact('Bob').waitFor()
  assert.equal(await alice.page.getByRole('region', { name: 'My card' }).locator('img').count(), 0)
})

const FAULTS = {
  'a request to another origin': () => void fetch('http://127.0.0.1:9/').catch(() => undefined),
  'a breach of the policy': () => {
    document.body.append(Object.assign(document.createElement('script'), { text: '1' }))
  },
  'an exception that nobody catches': () => {
    setTimeout(() => {
      throw new Error('nobody catches this')
    })
  },
}

for (const [what, fault] of Object.entries(FAULTS)) {
  test(`the tests notice ${what}`, async (t) => {
    const { page, record } = await person(t, stage, 'alice')
    await page.goto(stage.origin)
    const noticed = Promise.race([page.waitForEvent('console'), page.waitForEvent('pageerror')])
    await page.evaluate(fault)
    await noticed
    assert.ok(record.faults().length > 0)
    record.expect(/./s)
  })
}
