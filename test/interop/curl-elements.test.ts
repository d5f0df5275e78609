/**
 * curl edits a contact list node by node, as the README shows it: -g, since brackets are not ranges here.
 *
 *   curl                                          Visage
 *    |--- PUT resource-lists/…/index --------------->|  201
 *    |--- PUT …/list[@name="friends"]/entry[@uri=…] >|  201, then 200
 *    |--- GET …/entry[@uri=…]/display-name --------->|  200
 *    |--- PUT …/list[@name="friends"]/@name -------->|  200
 *    |--- DELETE …/entry[@uri=…] ------------------->|  200, then 404
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { requireProgram } from '../support/programs.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'

const ELEMENT = 'Content-Type: application/xcap-el+xml'

let visage: VisageProcess

before(async () => {
  visage = await startVisage({ users: ['alice@localhost'] })
})

after(() => visage.end())

/** Status and content; the path below alice's resource-lists is written as people write it. */
async function curl(method: string, path: string, ...args: readonly string[]) {
  const quiet = ['--silent', '--show-error', '--max-time', '10', '--write-out', '\n%{http_code}']
  const signedIn = ['-g', '--digest', '--user', `alice:${PASSWORD}`, '-X', method]
  const url = `${visage.xcapRoot}/resource-lists/users/sip:alice@localhost/${path}`
  const { stdout } = await promisify(execFile)('curl', [...quiet, ...signedIn, ...args, url])
  const end = stdout.lastIndexOf('\n')
  return { status: stdout.slice(end + 1), content: stdout.slice(0, end) }
}

test('curl adds, reads, renames and removes by node selectors, quotes and all', async (t) => {
  if (!requireProgram(t, 'curl')) return
  const document =
    '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends"/></resource-lists>'
  const whole = ['-H', 'Content-Type: application/resource-lists+xml', '--data-binary', document]
  assert.equal((await curl('PUT', 'index', ...whole)).status, '201')

  const list = 'index/~~/resource-lists/list[@name="friends"]'
  const bob = `${list}/entry[@uri="sip:bob@localhost"]`
  const entry = '<entry uri="sip:bob@localhost"><display-name>Bob</display-name></entry>'
  const put = (body: string) => curl('PUT', bob, '-H', ELEMENT, '--data-binary', body)
  assert.equal((await put(entry)).status, '201')
  assert.equal((await put(entry.replace('>Bob<', '>Bob B.<'))).status, '200')
  const name = await curl('GET', `${bob}/display-name`)
  assert.deepEqual(name, { status: '200', content: '<display-name>Bob B.</display-name>' })

  const attribute = [
    '-H',
    'Content-Type: application/xcap-att+xml',
    '--data-binary',
    'best friends',
  ]
  assert.equal(
    (await curl('PUT', 'index/~~/resource-lists/list/@name', ...attribute)).status,
    '200',
  )
  assert.equal((await curl('GET', bob)).status, '404')
  const renamed = bob.replace('"friends"', '"best%20friends"')
  assert.equal((await curl('GET', renamed)).status, '200')
  assert.equal((await curl('DELETE', renamed)).status, '200')
  assert.equal((await curl('DELETE', renamed)).status, '404')
  const empty = document.replace('name="friends"/>', 'name="best friends"></list>')
  assert.deepEqual(await curl('GET', 'index'), { status: '200', content: empty })
})

test('curl: what cannot be is refused in words, and nothing changes', async (t) => {
  if (!requireProgram(t, 'curl')) return
  const before = await curl('GET', 'index')
  const cases = [
    ['index/~~/resource-lists/list[@name="foes"]/entry', '<entry uri="sip:e@x"/>', 'no-parent'],
    ['index/~~/resource-lists/list', '<list name="open">', 'not-xml-frag'],
    ['index/~~/resource-lists/list[@name="a"]', '<list name="b"/>', 'cannot-insert'],
    ['index/~~/resource-lists/list', '<list><entry/></list>', 'schema-validation-error'],
  ] as const
  for (const [path, body, conflict] of cases) {
    const refused = await curl('PUT', path, '-H', ELEMENT, '--data-binary', body)
    assert.equal(refused.status, '409', path)
    assert.match(refused.content, new RegExp(`<${conflict} phrase="[^"]*\\w+ \\w+[^"]*"`), path)
  }
  assert.deepEqual(await curl('GET', 'index'), before)
})
