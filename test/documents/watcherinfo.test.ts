/** The codec of watcher information. RFC 3858. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseWatcherInfo,
  serializeWatcherInfo,
  WATCHERINFO_NAMESPACE,
  type WatcherInfo,
} from '../../core/documents/watcherinfo.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { fixture, meaningOf, valueOf } from './fixtures.ts'

const read = (source: Uint8Array | string) => valueOf(readDocument(source, parseWatcherInfo))
const meaning = (info: WatcherInfo) => ({
  ...info,
  extensions: info.extensions.map(meaningOf),
  lists: info.lists.map((list) => ({ ...list, extensions: list.extensions.map(meaningOf) })),
})
const winfo = (content: string, attributes = 'version="0" state="full"') =>
  `<watcherinfo xmlns="${WATCHERINFO_NAMESPACE}" ${attributes}>${content}</watcherinfo>`
const list = (content: string) =>
  `<watcher-list resource="sip:a@example.com" package="presence">${content}</watcher-list>`

const FILES = [
  ...['rfc3857-3.1', 'rfc3857-5-full-v0', 'rfc3857-5-partial-v1', 'rfc3858-5'],
  'rfc4825-6.3-watcherinfo',
]
for (const file of FILES) {
  test(`RFC 3858 §3: ${file} survives a round trip`, () => {
    const info = read(fixture(`winfo/${file}.xml`))
    assert.deepEqual(read(serializeWatcherInfo(info)), info)
  })
}

test('RFC 3858 §5: the example says what the RFC says of it', () => {
  assert.deepEqual(read(fixture('winfo/rfc3858-5.xml')), {
    version: 0,
    state: 'full',
    lists: [
      {
        resource: 'sip:professor@example.net',
        eventPackage: 'presence',
        watchers: [
          {
            id: '8ajksjda7s',
            uri: 'sip:userA@example.net',
            status: 'active',
            event: 'approved',
            durationSubscribed: 509,
          },
          {
            id: 'hh8juja87s997-ass7',
            uri: 'sip:userB@example.org',
            status: 'pending',
            event: 'subscribe',
            displayName: 'Mr. Subscriber',
          },
        ],
        extensions: [],
      },
    ],
    extensions: [],
  })
})

test('RFC 3858 §3: elements of other namespaces survive, attributes of other namespaces are ignored', () => {
  const watcher =
    '<watcher id="1" status="active" event="subscribe" x:a="b" xml:lang="de" display-name="Jörg" ' +
    'expiration="10">sip:b@example.com</watcher>'
  const info = read(
    winfo(list(`${watcher}<x:in xmlns:x="urn:x">1</x:in>`) + '<x:out/>').replace(
      '<watcherinfo ',
      '<watcherinfo xmlns:x="urn:x" ',
    ),
  )
  assert.deepEqual(meaning(read(serializeWatcherInfo(info))), meaning(info))
  assert.equal(info.extensions.length, 1)
  const [only] = info.lists
  assert.equal(only?.extensions.length, 1)
  assert.deepEqual(only.watchers, [
    {
      id: '1',
      uri: 'sip:b@example.com',
      status: 'active',
      event: 'subscribe',
      displayName: 'Jörg',
      language: 'de',
      expiration: 10,
    },
  ])
})

const BAD: Record<string, string> = {
  'another root': '<watcher-list xmlns="urn:ietf:params:xml:ns:watcherinfo"/>',
  'no version': winfo('', 'state="full"'),
  'a negative version': winfo('', 'version="-1" state="full"'),
  'a state of its own': winfo('', 'version="0" state="half"'),
  'a list without resource': winfo('<watcher-list package="presence"/>'),
  'a watcher without id': winfo(list('<watcher status="active" event="subscribe">x</watcher>')),
  'an unknown status': winfo(list('<watcher id="1" status="init" event="subscribe">x</watcher>')),
  'an unknown event': winfo(list('<watcher id="1" status="active" event="hired">x</watcher>')),
  'a child nobody knows': winfo('<watcher/>'),
}
for (const [what, text] of Object.entries(BAD)) {
  test(`RFC 3858 §6: ${what} is not valid`, () => {
    assert.equal(readDocument(text, parseWatcherInfo).error, 'schema-validation-error')
  })
}
