/** Multipart bodies. RFC 2046 §5.1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMultipart, writeMultipart } from '../../core/sip/multipart.ts'

const part = (type: string, content: string) => ({
  headers: `Content-Type: ${type}\r\n`,
  content,
})

test('RFC 2046 §5.1.1: delimiters stand on lines of their own, and the last one ends the body', () => {
  const body = writeMultipart('b1', [part('text/plain', 'one\r\n'), part('a/b', 'two')])
  assert.equal(
    body,
    '--b1\r\nContent-Type: text/plain\r\n\r\none\r\n' +
      '\r\n--b1\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b1--\r\n',
  )
})

test('RFC 2046 §5.1.1: what is written is read, byte for byte', () => {
  const contents = ['', '--b', '\r\n\r\n', '\u00e4\0']
  const body = writeMultipart(
    'xyz',
    contents.map((content) => part('text/plain', content)),
  )
  const read = readMultipart(Buffer.from(body), 'xyz')
  assert.deepEqual(
    read?.map(({ content }) => content.toString()),
    contents,
  )
})

test('RFC 2046 §5.1.1: preamble and epilogue are ignored, and header fields are found in any case', () => {
  const body =
    'This is MIME.\r\n--b\r\ncontent-TYPE :\r\n application/pidf+xml\r\n\r\n<a/>\r\n--b--\r\nthe end'
  const [only, ...others] = readMultipart(Buffer.from(body), 'b') ?? []
  assert.equal(only?.header('content-type'), 'application/pidf+xml')
  assert.equal(only.header('content-id'), undefined)
  assert.equal(only.content.toString(), '<a/>')
  assert.deepEqual(others, [])
})

for (const [what, body, boundary] of [
  ['no end', '--b\r\n\r\none\r\n--b\r\n\r\ntwo', 'b'],
  ['no delimiter', 'one', 'b'],
  ['a part without an end of its header', '--b\r\nA: b\r\n--b--', 'b'],
  ['no boundary', '--\r\n\r\n\r\n----', ''],
  ['hundreds of parts', `${'--b\r\n\r\n\r\n'.repeat(300)}--b--`, 'b'],
] as const) {
  test(`RFC 2046 §5.1: a body with ${what} is refused`, () => {
    assert.equal(readMultipart(Buffer.from(body), boundary), undefined)
  })
}
