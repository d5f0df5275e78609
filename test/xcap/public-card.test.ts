/** A person's public card: wanted by the person, allowed by the operator, the same 404 for everybody else. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { parseXcapCaps } from '../../core/documents/xcap-caps.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { read } from './support/read-document.ts'
import { conflictOf, tellUsageStory } from './support/usage-story.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const AUID = 'org.visage.public-card'
const mediaType = 'application/vnd.visage.public-card+xml'
const body = '<public-card xmlns="urn:x-visage:public-card"/>'
const usage = { auid: AUID, name: 'index', mediaType, body }
const homeOf = (person: string) => `/xcap-root/${AUID}/users/sip:${person}/index`

let service: XcapService
let blue: Buffer

before(async () => {
  blue = await sharp({ create: { width: 120, height: 120, channels: 3, background: '#3366cc' } })
    .png()
    .toBuffer()
  service = await startXcapService({ icons: { byAddress: 'off' } })
})

after(() => service.end())

async function want(to: XcapService, user = 'alice'): Promise<void> {
  const headers = { 'Content-Type': mediaType }
  const got = await to.call('PUT', homeOf(`${user}@example.com`), { as: user, headers, body })
  assert.ok(got.status < 300, got.text)
}

async function putIcon(to: XcapService, user = 'alice'): Promise<void> {
  const target = `/xcap-root/oma_status-icon/users/sip:${user}@example.com/face`
  const headers = { 'Content-Type': 'image/png' }
  const got = await to.call('PUT', target, { as: user, headers, body: blue })
  assert.ok(got.status < 300, got.text)
}

test('who wants a card says so in a document of their own, which follows its schema', async () => {
  await tellUsageStory(service, usage)
  for (const other of ['<public-card/>', body.replace('/>', '>yes</public-card>')]) {
    const conflict = await conflictOf(service, { ...usage, body: other })
    assert.equal(conflict.name, 'schema-validation-error')
  }
})

test('no card wanted, nobody there, no picture, elsewhere, no address: the same 404', async () => {
  await want(service, 'bob')
  await putIcon(service)
  const answers = await Promise.all(
    [
      'alice@example.com',
      'bob@example.com',
      'nobody@example.com',
      'alice@elsewhere.example',
      'alice',
      'alice@example.com/x',
      '%zz',
      '',
    ].map((person) => service.call('GET', `/u/${person}`)),
  )
  for (const { status, text, headers } of answers) {
    assert.equal(status, 404)
    assert.equal(text, answers[0]!.text)
    assert.deepEqual(headers, { ...answers[0]!.headers, date: headers.date })
  }
  assert.match(answers[0]!.text, /There is no public page here/)
  await service.call('DELETE', homeOf('bob@example.com'), { as: 'bob' })
})

test('who wants a card has one, with the picture and how others show it, until they want it no longer', async () => {
  await putIcon(service)
  const icon = '/icons/alice@example.com?s=96'
  assert.equal((await service.call('GET', icon)).status, 404)
  await want(service)
  const url = `http://127.0.0.1:${service.port}/icons/alice@example.com`
  const got = await service.call('GET', '/u/alice@example.com')
  assert.equal(got.status, 200)
  assert.equal(got.headers['content-type'], 'text/html; charset=utf-8')
  for (const part of [
    '<title>alice@example.com</title>',
    '<a href="sip:alice@example.com">',
    '<img class="face" src="../icons/alice@example.com?s=256"',
    `<meta property="og:image" content="${url}?s=256" />`,
    `&lt;img src=&quot;${url}?s=96&quot; width=&quot;96&quot; height=&quot;96&quot;`,
    `Call-Info: &lt;${url}?s=96&gt;;purpose=icon`,
  ]) {
    assert.ok(got.text.includes(part), `${part} in ${got.text}`)
  }
  const picture = await service.call('GET', icon)
  assert.equal(picture.status, 200)
  assert.equal((await sharp(picture.body).metadata()).width, 96)

  const tag = got.headers.etag ?? ''
  const again = await service.call('GET', '/u/alice@example.com', {
    headers: { 'If-None-Match': tag },
  })
  assert.equal(again.status, 304)
  const head = await service.call('HEAD', '/u/alice@example.com')
  assert.equal(head.headers['content-length'], String(got.body.length))
  await service.call('DELETE', homeOf('alice@example.com'), { as: 'alice' })
  assert.equal((await service.call('GET', '/u/alice@example.com')).status, 404)
  assert.equal((await service.call('GET', icon)).status, 404)
})

test('every spelling of the address leads to the card, which tells no other address', async () => {
  await putIcon(service)
  await want(service)
  for (const spelled of ['sip:alice@example.com', 'sip%3Aalice%40EXAMPLE.com', 'tel:+4930123']) {
    const got = await service.call('GET', `/u/${spelled}`)
    assert.equal(got.status, 200, spelled)
  }
  const byNumber = await service.call('GET', '/u/tel:+4930123')
  assert.ok(byNumber.text.includes('/icons/tel:+4930123?s=96'))
  assert.doesNotMatch(byNumber.text, /alice/)
  const odd = { ...(await service.store.accounts.find(parseAor('alice@example.com')!))! }
  await service.store.accounts.put({ ...odd, aliases: [parseAor('a%20&%3f@example.com')!] })
  const escaped = await service.call('GET', '/u/a%2520&%253F@example.com')
  assert.equal(escaped.status, 200)
  const src = /class="face" src="\.\.([^"]+)"/.exec(escaped.text)?.[1]?.replace(/&amp;/g, '&')
  assert.equal((await service.call('GET', src ?? '')).status, 200, src)
  await service.store.accounts.put(odd)
})

test('CSP: nothing that a name holds becomes part of the card, which runs no script', async () => {
  await putIcon(service)
  await want(service)
  const alice = (await service.store.accounts.find(parseAor('alice@example.com')!))!
  const name = `<script>alert("1")</script>&'`
  await service.store.accounts.put({ ...alice, name })
  const got = await service.call('GET', '/u/alice@example.com')
  await service.store.accounts.put(alice)
  assert.doesNotMatch(got.text, /<script|style=/)
  const shown = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;'
  assert.ok(got.text.includes(`<h1>${shown}</h1>`))
  // What is to be copied is HTML itself, with the name escaped in it.
  assert.ok(got.text.includes('alt=&quot;&amp;lt;script&amp;gt;'))
  const policy = String(got.headers['content-security-policy'])
  assert.match(policy, /^default-src 'none'; /)
  assert.match(policy, /style-src 'self'; img-src 'self'/)
  assert.doesNotMatch(policy, /script-src|unsafe/)
})

test('the style of the card is a file of its own', async () => {
  await putIcon(service)
  await want(service)
  const { text } = await service.call('GET', '/u/alice@example.com')
  const href = /<link rel="stylesheet" href="([^"]+)"/.exec(text)?.[1]
  const style = await service.call('GET', `/u/${href}`)
  assert.equal(style.status, 200)
  assert.equal(style.headers['content-type'], 'text/css; charset=utf-8')
})

test('who has no account any more has no card, whatever was stored', async () => {
  const other = await startXcapService({ icons: { byAddress: 'off' } })
  await putIcon(other)
  await want(other)
  assert.equal((await other.call('GET', '/u/alice@example.com')).status, 200)
  await other.store.accounts.remove(parseAor('alice@example.com')!)
  assert.equal((await other.call('GET', '/u/alice@example.com')).status, 404)
  assert.equal((await other.call('GET', '/icons/alice@example.com')).status, 404)
  await other.end()
})

test('whose account lives in the proxy has a card like anybody else', async () => {
  const other = await startXcapService({ assertedFrom: () => true, icons: { byAddress: 'off' } })
  const headers = { 'X-3GPP-Asserted-Identity': '"sip:olga@outside.example"' }
  const icon = '/xcap-root/oma_status-icon/users/sip:olga@outside.example/face'
  const own = (type: string) => ({ ...headers, 'Content-Type': type })
  await other.call('PUT', icon, { headers: own('image/png'), body: blue })
  await other.call('PUT', homeOf('olga@outside.example'), { headers: own(mediaType), body })
  assert.equal((await other.call('GET', '/u/olga@outside.example')).status, 200)
  assert.equal((await other.call('GET', '/u/oleg@outside.example')).status, 404)
  await other.end()
})

test('icons.personPages: off: nobody has a card, and nothing says that there could be one', async () => {
  const off = await startXcapService({ icons: { byAddress: 'off', personPages: 'off' } })
  const caps = read(
    (await off.call('GET', '/xcap-root/xcap-caps/global/index')).body,
    parseXcapCaps,
  )
  assert.ok(!caps.auids.includes(AUID))
  const put = await off.call('PUT', homeOf('alice@example.com'), { as: 'alice', body })
  assert.equal(put.status, 404)
  assert.equal((await off.call('GET', '/u/alice@example.com')).status, 404)
  await off.end()
})

test('icons.byAddress: authenticated: only pictures of people with a card are had without signing in', async () => {
  const other = await startXcapService({ icons: { byAddress: 'authenticated' } })
  await putIcon(other)
  assert.equal((await other.call('GET', '/icons/alice@example.com')).status, 401)
  await want(other)
  assert.equal((await other.call('GET', '/icons/alice@example.com')).status, 200)
  assert.equal((await other.call('GET', '/icons/bob@example.com')).status, 401)
  await other.end()
})

test('a card is only read', async () => {
  const got = await service.call('POST', '/u/alice@example.com', { body: '' })
  assert.deepEqual([got.status, got.headers.allow], [405, 'GET, HEAD, OPTIONS'])
})
