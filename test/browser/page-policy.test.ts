/** What the page may do in a browser, and that the tests would notice if it did more. CSP 3. */
import assert from 'node:assert/strict'
import { person } from './person.ts'
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
