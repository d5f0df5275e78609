/** Cards of SIP users, as XMPP contacts fetch them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { elementsOf, textOf } from '../../core/documents/xml-element.ts'
import { measure } from '../../core/images/image-measure.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { sampleImage } from '../images/sample-images.ts'
import { alice, shownAll } from './manual-pairs.ts'
import { openServicesDesk, tree } from './services-desk.ts'

const CARD = "<vCard xmlns='vcard-temp'/>"

function cardWithout(...fields: string[]): string {
  const named = fields.map((field) => `<${field}/>`).join('')
  return `<vCard xmlns='vcard-temp'><filter xmlns='vcard-temp-filter'>${named}</filter></vCard>`
}

function fieldsOf(answer: string): Record<string, string> {
  return Object.fromEntries(
    elementsOf(tree(answer)).map((field) => [
      field.name,
      [textOf(field), ...elementsOf(field).map(textOf)].join('|'),
    ]),
  )
}

function named(name: string) {
  return {
    ...shownAll,
    document: `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${alice}">
      <person xmlns="urn:ietf:params:xml:ns:pidf:data-model" id="p"><display-name
        xmlns="urn:ietf:params:xml:ns:pidf:cipid">${name}</display-name></person></presence>`,
  }
}

test('XEP-0054 §3.3: the card says who it is, and XEP-0153 §4.1: the photo is the canonical picture', async (t) => {
  const { ask, pairs, icons, avatars } = await openServicesDesk(t)
  await icons.put(await sampleImage('jpeg', 600, 400))
  const pair = pairs.set({ standing: named('Alice &lt;A&gt; Ångström') })
  const answer = await ask(CARD)
  const { PHOTO, ...card } = fieldsOf(answer)
  assert.deepEqual(card, {
    FN: 'Alice <A> Ångström',
    N: '||Alice <A> Ångström',
    NICKNAME: 'alice',
    JABBERID: 'alice@sip.example',
    URL: 'sip:alice@sip.example',
  })
  const [, type, base64 = ''] = PHOTO!.split('|')
  assert.equal(type, 'image/png')
  assert.match(base64, /^[A-Za-z0-9+/]+=*$/)
  const photo = Buffer.from(base64, 'base64')
  const shown = avatars.of(pair)
  assert.ok(shown.state === 'image')
  assert.equal(createHash('sha1').update(photo).digest('hex'), shown.avatar.id)
  const image = measure(photo)
  assert.ok(image.ok)
  assert.deepEqual([image.mediaType, image.width, image.height], ['image/png', 96, 64])
})

test('XEP-0164 §3.1: the fields named in the filter are left out, and no others', async (t) => {
  const { ask, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 20, 20))
  pairs.set()
  const all = ['FN', 'N', 'NICKNAME', 'JABBERID', 'URL', 'PHOTO']
  const rows: [string, string[]][] = [
    [CARD, []],
    [cardWithout(), []],
    [cardWithout('PHOTO'), ['PHOTO']],
    [cardWithout('FN', 'PHOTO'), ['FN', 'PHOTO']],
    [cardWithout('BDAY', 'photo', 'X-UNKNOWN'), []],
    [cardWithout('TYPE', 'BINVAL'), []],
    [cardWithout(...all), all],
    // A filter of another namespace is none.
    ["<vCard xmlns='vcard-temp'><filter><FN/></filter></vCard>", []],
  ]
  for (const [request, excluded] of rows) {
    assert.deepEqual(
      Object.keys(fieldsOf(await ask(request))),
      all.filter((field) => !excluded.includes(field)),
      request,
    )
  }
})

test('E4: after the picture has gone the card has no photo', async (t) => {
  const { ask, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 20, 20))
  pairs.set()
  assert.ok((await ask(CARD)).includes('PHOTO'))
  await icons.remove()
  assert.ok(!(await ask(CARD)).includes('PHOTO'))
})

test('A9: a stranger gets no card at all, one who is politely blocked a card that tells nothing', async (t) => {
  const { ask, refused, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 20, 20))
  for (const from of ['none', 'asked', 'refused'] as const) {
    pairs.set({ from, standing: named('Alice Secret') })
    assert.equal(await refused(CARD), 'auth subscription-required')
  }
  assert.equal(await refused(CARD, { from: 'carol@xmpp.example/x' }), 'auth subscription-required')
  pairs.set({ standing: { ...named('Alice Secret'), handling: 'polite-block' } })
  const card = fieldsOf(await ask(CARD))
  assert.equal(card['FN'], 'alice')
  assert.equal(card['PHOTO'], undefined)
})

test('E6: whom the rules show no icon the card shows none', async (t) => {
  const { ask, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 20, 20))
  pairs.set({ standing: { ...named('Alice'), showsIcon: false } })
  assert.deepEqual(fieldsOf(await ask(CARD))['FN'], 'Alice')
  assert.ok(!(await ask(CARD)).includes('PHOTO'))
})

test('XEP-0106: the nickname is what the address says, unescaped', async (t) => {
  const { ask, pairs } = await openServicesDesk(t)
  const user = parseAor("sip:o'malley@sip.example")!
  pairs.set({ user })
  const card = fieldsOf(await ask(CARD, { to: 'o\\27malley@sip.example' }))
  assert.deepEqual(
    [card['NICKNAME'], card['JABBERID'], card['URL']],
    ["o'malley", 'o\\27malley@sip.example', user],
  )
})

test('XEP-0054 §3.2: nobody changes the card of another', async (t) => {
  const { refused, pairs } = await openServicesDesk(t)
  pairs.set()
  assert.equal(await refused(CARD, { type: 'set' }), 'auth forbidden')
  assert.equal(await refused(CARD, { type: 'set', to: 'sip.example' }), 'auth forbidden')
})

test('A7: nobody has no card, a device has none of its own, the gateway has one', async (t) => {
  const { ask, refused, pairs } = await openServicesDesk(t)
  pairs.set()
  assert.equal(await refused(CARD, { to: 'nobody@sip.example' }), 'cancel item-not-found')
  assert.equal(await refused(CARD, { to: 'alice@sip.example/sip' }), 'cancel service-unavailable')
  assert.deepEqual(fieldsOf(await ask(CARD, { to: 'sip.example' })), { FN: 'Visage' })
})

test('a presence document that cannot be read leaves the name of the address', async (t) => {
  const { ask, pairs } = await openServicesDesk(t)
  for (const document of ['', '<presence', '<other/>', named('').document]) {
    pairs.set({ standing: { ...shownAll, document } })
    assert.equal(fieldsOf(await ask(CARD))['FN'], 'alice')
  }
  pairs.set({ standing: named('x'.repeat(1000)) })
  assert.equal(fieldsOf(await ask(CARD))['FN']?.length, 256)
})
