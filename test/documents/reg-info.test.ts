/** The codec of registration information. RFC 3680 §5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseRegInfo,
  REG_INFO_NAMESPACE,
  serializeRegInfo,
} from '../../core/documents/reg-info.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { valueOf } from './fixtures.ts'

const read = (source: string) => valueOf(readDocument(source, parseRegInfo))
const regInfo = (content: string, attributes = 'version="0" state="full"') =>
  `<reginfo xmlns="${REG_INFO_NAMESPACE}" xmlns:x="urn:x" ${attributes}>${content}</reginfo>`

const EXAMPLE = regInfo(
  '<registration aor="sip:user@example.com" id="as9" state="active">' +
    '<contact id="76" state="active" event="registered" duration-registered="7322" q="0.8">' +
    '<uri>sip:user@pc887.example.com</uri></contact>' +
    '<contact id="77" state="terminated" event="expired" duration-registered="3600" q="0.5">' +
    '<uri>sip:user@university.edu</uri></contact></registration>',
)

test('RFC 3680 §5.3: the example says what the RFC says of it', () => {
  const { version, state, registrations } = read(EXAMPLE)
  assert.deepEqual([version, state], [0, 'full'])
  const [registration] = registrations
  assert.deepEqual(
    [registration?.aor, registration?.id, registration?.state],
    ['sip:user@example.com', 'as9', 'active'],
  )
  assert.deepEqual(
    registration?.contacts.map(({ id, state, event, uri }) => [id, state, event, uri]),
    [
      ['76', 'active', 'registered', 'sip:user@pc887.example.com'],
      ['77', 'terminated', 'expired', 'sip:user@university.edu'],
    ],
  )
})

const ROUND_TRIPS = {
  'the example': EXAMPLE,
  'display name, language and unknown parameters': regInfo(
    '<registration aor="sip:a@b" id="r" state="active">' +
      '<contact id="c" state="active" event="shortened" expires="30" callid="x" cseq="4">' +
      '<uri>sip:a@c</uri><display-name xml:lang="de">Änne</display-name>' +
      '<unknown-param name="+sip.instance">"&lt;urn:uuid:1&gt;"</unknown-param><x:more/></contact>' +
      '<x:else/></registration><x:other/>',
    'version="7" state="partial"',
  ),
  'nothing registered': regInfo('<registration aor="sip:a@b" id="r" state="init"/>'),
}

for (const [what, document] of Object.entries(ROUND_TRIPS)) {
  test(`RFC 3680 §5.1: ${what} survives a round trip`, () => {
    const info = read(document)
    const again = serializeRegInfo(info)
    assert.equal(serializeRegInfo(read(again)), again)
    assert.deepEqual(
      read(again).registrations.map(({ contacts }) => contacts.length),
      info.registrations.map(({ contacts }) => contacts.length),
    )
    for (const said of document
      .slice(document.indexOf('<registration'))
      .match(/"[^"]+"|>[^<]+</g) ?? []) {
      assert.ok(again.includes(said), `${said} is kept`)
    }
  })
}

const REFUSED: Readonly<Record<string, string>> = {
  'another root': '<other xmlns="urn:x"/>',
  'no version': regInfo('', 'state="full"'),
  'an unknown state': regInfo('', 'version="0" state="some"'),
  'a registration without id': regInfo('<registration aor="sip:a@b" state="init"/>'),
  'a contact without uri': regInfo(
    '<registration aor="sip:a@b" id="r" state="active"><contact id="c" state="active" event="created"/></registration>',
  ),
  'an unknown element': regInfo('<contact/>'),
}

for (const [what, document] of Object.entries(REFUSED)) {
  test(`RFC 3680 §5.4: ${what} is refused`, () => {
    assert.equal(readDocument(document, parseRegInfo).error, 'schema-validation-error')
  })
}
