/**
 * The example of RFC 4825 §13, octet by octet, and the note of RFC 4827 §11.
 *
 *   bill                                     Visage
 *     |--- PUT resource-lists/…/index --------->|  201: a list "friends", empty
 *     |--- PUT rls-services/…/index ----------->|  201: sip:myfriends@example.com stands for it
 *     |--- PUT …/list[@name="friends"]/entry -->|  201: Bob, after the white space of the list
 *     |--- GET resource-lists/…/index --------->|  200: figure 28
 *     |--- PUT …/list/list[…close-friends] ---->|  201
 *     |--- DELETE …/entry[@uri="…petri…"] ----->|  200
 *     |--- GET …/list/list/entry[2]/@uri ------>|  200: Nancy
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { signIn } from '../xcap/support/xcap-caller.ts'
import { flowFixture } from './flow-fixture.ts'
import { openHttp, type HttpAnswer } from './http-peer.ts'

const LISTS = '/xcap-root/resource-lists/users/sip:bill@example.com/index'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['bill@example.com', 'someone@example.com'],
    config: {
      domains: ['example.com'],
      // The RFC's root has no path; this one has.
      http: { publicUrl: 'http://xcap.example.com', resourceListServers: ['127.0.0.1'] },
    },
  })
})

after(() => visage.end())

/** A request as it is printed, under the XCAP root of the test and with credentials. */
async function send(request: string, username = 'bill'): Promise<HttpAnswer> {
  const [head = '', body = ''] = request.split(/\r?\n\r?\n([^]*)/)
  const [requestLine = '', ...lines] = head.split(/\r?\n/)
  const [method = '', path = ''] = requestLine.split(' ')
  const target = `/xcap-root${path}`
  const fields = lines.filter((line) => !/^content-length:/i.test(line))
  const content = body.replaceAll('http://xcap.example.com/', 'http://xcap.example.com/xcap-root/')
  const length = `Content-Length: ${Buffer.byteLength(content)}`
  const connection = await openHttp(visage.httpPort)
  const ask = (more: string[]) =>
    connection.ask(
      [`${method} ${target} HTTP/1.1`, ...fields, length, ...more, '', content].join('\r\n'),
    )
  const first = await ask([])
  const challenge = first.header('www-authenticate')
  if (challenge === undefined) return first
  const credentials = signIn({ challenge, method, target, username, password: PASSWORD })
  const answer = await ask([`Authorization: ${credentials}`])
  connection.end()
  return answer
}

const get = (path: string, user?: string) =>
  send(`GET ${path} HTTP/1.1\nHost: xcap.example.com\n\n`, user)

test('RFC 4825 §13: the whole example, octet by octet', async () => {
  const tags: string[] = []
  const changed = (answer: HttpAnswer, status: number) => {
    assert.equal(answer.status, status, answer.text)
    const tag = answer.header('etag') ?? ''
    assert.match(tag, /^"[^"]+"$/)
    assert.ok(!tags.includes(tag), 'every change gives another tag')
    tags.push(tag)
  }
  const step = (name: string) => send(flowFixture(`flow13/${name}.http`))

  changed(await step('1-put-list'), 201)
  changed(await step('2-put-rls'), 201)
  const services = await get('/rls-services/global/index')
  assert.equal(services.status, 200, services.text)
  assert.match(services.text, /uri="sip:myfriends@example\.com"/)

  changed(await step('3-put-entry'), 201)
  const figure28 = await step('4-get')
  assert.equal(figure28.text, flowFixture('flow13/4-expected.xml'))
  assert.equal(figure28.header('content-type'), 'application/resource-lists+xml')
  assert.equal(figure28.header('etag'), tags.at(-1))

  changed(await step('5-put-sublist'), 201)
  changed(await step('6-delete'), 200)
  const attribute = await step('7-get-att')
  assert.equal(attribute.status, 200)
  assert.equal(attribute.header('content-type'), 'application/xcap-att+xml')
  // DEVIATION of this server: figure 32 has quotes around it.
  assert.equal(attribute.text, 'sip:nancy@example.com')
  assert.equal(attribute.header('etag'), tags.at(-1))
})

test('RFC 4825 §8.2.1: below a list that is not there, the answer names the last ancestor that is', async () => {
  const path = `${LISTS.slice('/xcap-root'.length)}/~~/resource-lists/list%5b@name=%22foes%22%5d/entry`
  const refused = await send(
    `PUT ${path} HTTP/1.1\nHost: xcap.example.com\nContent-Type: application/xcap-el+xml\n\n<entry uri="sip:eve@example.com"/>`,
  )
  assert.equal(refused.status, 409)
  assert.match(refused.header('content-type') ?? '', /^application\/xcap-error\+xml/)
  const ancestor = /<no-parent[^>]*>\s*<ancestor>([^<]+)<\/ancestor>/.exec(refused.text)?.[1] ?? ''
  assert.equal(ancestor, `http://xcap.example.com${LISTS}/~~/resource-lists`)
})

test('RFC 4827 §3: somebody changes the note that stands while they are away, if nobody else did', async () => {
  const path = '/pidf-manipulation/users/sip:someone@example.com/index'
  const document = flowFixture('rfc4827-11.xml').trimStart()
  const head = 'HTTP/1.1\nHost: xcap.example.com\nContent-Type: application/pidf+xml\n\n'
  const put = await send(`PUT ${path} ${head}${document}`, 'someone')
  assert.equal(put.status, 201, put.text)

  const request = flowFixture('rfc4827-put-note.http')
  assert.equal((await send(request, 'someone')).status, 412, 'the tag of the example is another')
  const note = await send(request.replace('"xyz"', put.header('etag') ?? ''), 'someone')
  assert.equal(note.status, 200, note.text)
  const stored = await get(path, 'someone')
  const old = "I'm reading mail a couple of times a week"
  assert.equal(
    stored.text,
    document.replace(old, "I'm reading mails on Tuesdays and Fridays"),
    'nothing but the note has changed',
  )
})
