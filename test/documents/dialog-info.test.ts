/** The codec of dialog information. RFC 4235. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DIALOG_INFO_NAMESPACE,
  parseDialogInfo,
  serializeDialogInfo,
} from '../../core/documents/dialog-info.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { fixture, meaningOf, valueOf } from './fixtures.ts'

const read = (source: Uint8Array | string) => valueOf(readDocument(source, parseDialogInfo))
const refused = (content: string) => readDocument(content, parseDialogInfo).error
const info = (content: string, attributes = 'version="3" state="partial" entity="sip:a@b"') =>
  `<dialog-info xmlns="${DIALOG_INFO_NAMESPACE}" xmlns:x="urn:x" ${attributes}>${content}</dialog-info>`

for (const file of ['rfc4235-4.2', 'kamailio-pua-dialoginfo']) {
  test(`RFC 4235 §4: ${file} survives a round trip`, () => {
    const once = read(fixture(`dialog-info/${file}.xml`))
    const again = read(serializeDialogInfo(once))
    const meaning = ({ dialogs, ...rest }: typeof once) => ({
      ...rest,
      dialogs: dialogs.map((dialog) => ({ ...dialog, details: dialog.details.map(meaningOf) })),
    })
    assert.deepEqual(meaning(again), meaning(once))
  })
}

test('RFC 4235 §4.2: the example says what the RFC says of it', () => {
  const { version, state, entity, dialogs } = read(fixture('dialog-info/rfc4235-4.2.xml'))
  assert.deepEqual([version, state, entity], [1, 'full', ''])
  const [only] = dialogs
  assert.equal(only?.id, '123456')
  assert.equal(only.state, 'confirmed')
  assert.deepEqual(
    only.details.map(({ name }) => name),
    ['duration', 'local', 'remote'],
  )
})

test('CLIENTS: the state that Kamailio writes in capitals is understood', () => {
  const [dialog] = read(fixture('dialog-info/kamailio-pua-dialoginfo.xml')).dialogs
  assert.equal(dialog?.state, 'trying')
  assert.equal(dialog.direction, 'recipient')
  assert.equal(dialog.localTag, 'a1b2c3')
  assert.equal(dialog.remoteTag, undefined)
})

test('RFC 4235 §4.1.2: what ended a dialog, and elements of other namespaces, are kept', () => {
  const text = serializeDialogInfo(
    read(
      info(
        '<dialog id="1" call-id="c&amp;d" local-tag="l" remote-tag="r" direction="initiator">' +
          '<state event="rejected" code="486">terminated</state><x:in/></dialog><x:out/>',
      ),
    ),
  )
  assert.ok(text.includes('<state event="rejected" code="486">terminated</state>'), text)
  for (const part of ['call-id="c&amp;d"', 'remote-tag="r"', ':in ', ':out ']) {
    assert.ok(text.includes(part), part)
  }
})

test('RFC 4235 §4.1: a document without version, state and entity tells everything, in version 0', () => {
  const { version, state, entity } = read(info('', 'notify-state="full"'))
  assert.deepEqual([version, state, entity], [0, 'full', ''])
})

test('RFC 4235 §4.4: a dialog needs an id and a state of the machine', () => {
  assert.equal(refused(info('<dialog><state>early</state></dialog>')), 'schema-validation-error')
  assert.equal(refused(info('<dialog id="1"/>')), 'schema-validation-error')
  assert.equal(
    refused(info('<dialog id="1"><state>ringing</state></dialog>')),
    'schema-validation-error',
  )
  assert.equal(refused(info('<call/>')), 'schema-validation-error')
  assert.equal(refused('<dialog-info/>'), 'schema-validation-error')
})
