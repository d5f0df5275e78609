/** The codec of message summaries. RFC 3842. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseMessageSummary,
  serializeMessageSummary,
} from '../../core/documents/message-summary.ts'
import { valueOf } from './fixtures.ts'

const read = (text: string) => valueOf(parseMessageSummary(text))
const refused = (text: string) => parseMessageSummary(text).error

test('RFC 3842 §4: the example survives a round trip', () => {
  const text =
    'Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\n' +
    'Voice-Message: 2/8 (0/2)\r\n'
  const summary = read(text)
  assert.deepEqual(summary, {
    waiting: true,
    account: 'sip:alice@vmail.example.com',
    counts: new Map([['voice-message', { new: 2, old: 8, urgent: { new: 0, old: 2 } }]]),
  })
  assert.equal(serializeMessageSummary(summary), text)
})

test('RFC 3842 §5.2: names are case-insensitive, white space and bare line ends are taken', () => {
  const summary = read('messages-waiting : NO\nFAX-MESSAGE:1 / 2 ( 0/1 )\n')
  assert.equal(
    serializeMessageSummary(summary),
    'Messages-Waiting: no\r\nFax-Message: 1/2 (0/1)\r\n',
  )
})

test('RFC 3842 §3.5: a counter beyond 2^32-1 counts as that', () => {
  const { counts } = read('Messages-Waiting: yes\r\nVoice-Message: 99999999999/0\r\n')
  assert.deepEqual(counts.get('voice-message'), { new: 4_294_967_295, old: 0 })
})

test('RFC 3842 §3.5: the headers of new messages are not part of the summary', () => {
  const text =
    'Messages-Waiting: yes\r\nVoice-Message: 4/8\r\n\r\nTo: <alice@atlanta.example.com>\r\nSubject: carpool tomorrow?\r\n'
  assert.deepEqual([...read(text).counts.keys()], ['voice-message'])
})

test('RFC 3842 §5.2: a summary without a status line, or with lines that count nothing, is refused', () => {
  for (const text of [
    '',
    'Voice-Message: 1/2\r\n',
    'Messages-Waiting: maybe\r\n',
    'Messages-Waiting: yes\r\nVoice-Message: many\r\n',
    'Messages-Waiting: yes\r\nno colon\r\n',
  ]) {
    assert.equal(refused(text), 'schema-validation-error', text)
  }
})
