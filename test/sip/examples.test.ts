/** The examples of the RFCs parse, and what the parser finds in them stands in their text. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseSipMessage } from '../../core/sip/parse-sip-message.ts'

const FOLDER = new URL('../fixtures/sip/', import.meta.url)

/** Printed in their RFCs without Via, To or the line that a Contact goes on with. */
const FRAGMENTS = [
  /^rfc3261\/s16\.12/,
  /^rfc3261\/s21\.4/,
  /^rfc5626\/s9\.3/,
  /^rfc5626\/s9\.[45]/,
  /^rfc5627\/s1_/,
  /^rfc5627\/s9_l1240/,
  /^rfc7118\/s8\.2_l(557|583)/,
  /^rfc8048\/s5\.2\.1_l370/,
  /^rfc8048\/s7/,
]

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.sip'),
)

describe('examples of the RFCs', () => {
  for (const file of files) {
    const bytes = readFileSync(new URL(file, FOLDER))
    const text = bytes.toString('latin1')

    if (FRAGMENTS.some((fragment) => fragment.test(file))) {
      test(`${file}: a fragment is no message`, () => {
        assert.ok('problem' in parseSipMessage(bytes, { stream: false }))
      })
      continue
    }
    test(`${file}: parses`, () => {
      const message = parseSipMessage(bytes, { stream: false })
      assert.ok(!('problem' in message), JSON.stringify(message))
      assert.equal(message.callId, /^(?:Call-ID|i)\s*:\s*(.*?)\s*$/im.exec(text)?.[1])
      assert.match(text, new RegExp(`CSeq: *0*${message.cseq.number} +${message.cseq.method}`, 'i'))
      assert.equal(message.topVia.branch, /branch=([^;\s]+)/.exec(text)?.[1])
      assert.equal(message.count('via'), text.match(/^Via:/gm)?.length)
      if (message.isRequest)
        assert.ok(text.startsWith(`${message.method} ${message.requestUri} SIP`))
      else assert.ok(text.startsWith(`SIP/2.0 ${message.status}`))
      assert.ok(text.includes(message.from.uri) && message.from.uri !== '')
    })
  }
})
