/** The hash that stands for what software can do, and what contacts' software is believed. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { XmlElement } from '../../core/documents/xml-element.ts'
import { silentLog } from '../../core/model/log.ts'
import type { NeighbourStore } from '../../core/model/stores.ts'
import { createContactCapabilities } from '../../xmpp-gateway/disco/contact-capabilities.ts'
import { DISCO_INFO, readDiscoInfo } from '../../xmpp-gateway/disco/disco-info.ts'
import { verificationString } from '../../xmpp-gateway/disco/verification-string.ts'
import type { ContactResource, Pair } from '../../xmpp-gateway/pair.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import { tree } from './services-desk.ts'
import { carol, createManualPairs } from './manual-pairs.ts'
import { createRecordedStreams } from './recorded-streams.ts'

const fixture = new URL('../fixtures/xmpp/verification-strings.json', import.meta.url)
const vectors = JSON.parse(readFileSync(fixture, 'utf8')) as { s: string; ver: string }[]

const EXODUS = `
  <identity category='client' name='Exodus 0.9.1' type='pc'/>
  <feature var='http://jabber.org/protocol/disco#info'/>
  <feature var='http://jabber.org/protocol/muc'/>
  <feature var='http://jabber.org/protocol/caps'/>
  <feature var='http://jabber.org/protocol/disco#items'/>`

const PSI = `
  <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>
  <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>
  <feature var='http://jabber.org/protocol/caps'/>
  <feature var='http://jabber.org/protocol/disco#info'/>
  <feature var='http://jabber.org/protocol/disco#items'/>
  <feature var='http://jabber.org/protocol/muc'/>
  <x xmlns='jabber:x:data' type='result'>
    <field var='os'><value>Mac</value></field>
    <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>
    <field var='software_version'><value>0.11</value></field>
    <field var='ip_version' type='text-multi'><value>ipv6</value><value>ipv4</value></field>
    <field var='os_version'><value>10.5.1</value></field>
    <field var='software'><value>Psi</value></field>
  </x>`

const EXODUS_VER = 'QgayPKawpkPSDYmwT/WM94uAlu0='

function query(content: string): XmlElement {
  return tree(`<query xmlns='${DISCO_INFO}'>${content}</query>`)
}

function verOf(content: string): string | undefined {
  const info = readDiscoInfo(query(content))
  return info && verificationString(info)
}

test('XEP-0115 §5.2, §5.3: the examples have the hashes that the standard gives', () => {
  assert.deepEqual(
    [verOf(EXODUS), verOf(PSI)],
    vectors.map(({ ver }) => ver),
  )
  for (const { s, ver } of vectors) {
    assert.equal(createHash('sha1').update(s).digest('base64'), ver)
  }
})

test('XEP-0115 §5.4: a description that says something twice proves no hash', () => {
  const form = (type: string, further = '') =>
    `<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>${type}</value>${further}</field></x>`
  for (const twice of [
    `${EXODUS}<identity category='client' name='Exodus 0.9.1' type='pc'/>`,
    `${EXODUS}<feature var='http://jabber.org/protocol/muc'/>`,
    `${EXODUS}${form('a')}${form('a')}`,
    `${EXODUS}${form('a', '<value>b</value>')}`,
  ]) {
    assert.equal(verOf(twice), undefined, twice)
  }
  // A form without a hidden FORM_TYPE is left out.
  const untyped = "<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>a</value></field></x>"
  assert.equal(verOf(EXODUS + untyped), EXODUS_VER)
})

/** What was remembered, in memory. */
function memory(): Pick<NeighbourStore, 'capabilities' | 'rememberCapabilities'> & {
  hashes: Map<string, readonly string[]>
} {
  const hashes = new Map<string, readonly string[]>()
  return {
    hashes,
    // eslint-disable-next-line @typescript-eslint/require-await -- as a store has it
    async *capabilities() {
      for (const [hash, features] of hashes) yield { hash, features }
    },
    rememberCapabilities: (hash, features) => {
      hashes.set(hash, features)
      return Promise.resolve()
    },
  }
}

async function open(store = memory()) {
  const streams = createRecordedStreams()
  const pairs = createManualPairs()
  const capabilities = await createContactCapabilities({ streams, store, log: silentLog })
  return {
    ...{ streams, pairs, capabilities, store },
    answers: (jid: string, content: string) => {
      streams.answer(jid, DISCO_INFO, () =>
        stanza('iq', { from: jid, to: 'alice@sip.example', type: 'result' }, [query(content)]),
      )
    },
    features: async (pair: Pair, resource: string, ver = EXODUS_VER, hash = 'sha-1') => {
      const found = { ...EMPTY, resource, capabilities: { node: 'http://code', hash, ver } }
      return [...(await capabilities.featuresOf(pair, found))].sort()
    },
  }
}

const EMPTY: Omit<ContactResource, 'resource'> = {
  show: undefined,
  statuses: [],
  priority: 0,
  capabilities: undefined,
  photo: undefined,
}
const MUC = 'http://jabber.org/protocol/muc'

test('XEP-0115 §6.2: a hash is asked for once, whoever has it, and remembered over a restart', async () => {
  const { pairs, streams, features, answers, store } = await open()
  const bob = pairs.set()
  const carols = pairs.set({ contact: carol })
  answers('bob@xmpp.example/a', EXODUS)
  const all = await Promise.all([
    features(bob, 'a'),
    features(bob, 'a'),
    features(bob, 'b'),
    features(carols, 'c'),
  ])
  for (const found of all) assert.ok(found.includes(MUC))
  assert.equal(streams.requests.length, 1)
  const [asked] = streams.requests
  assert.deepEqual([asked?.from, asked?.to], ['alice@sip.example', 'bob@xmpp.example/a'])
  assert.equal(asked?.child.attributes[0]?.value, `http://code#${EXODUS_VER}`)

  const later = await open(store)
  assert.ok((await later.features(later.pairs.set(), 'new')).includes(MUC))
  assert.equal(later.streams.requests.length, 0)
})

test('XEP-0115 §5.4: what does not prove its hash counts for its own device, and is not asked again', async () => {
  const { pairs, streams, features, answers, store } = await open()
  const [bob, carols] = [pairs.set(), pairs.set({ contact: carol })]
  answers('bob@xmpp.example/liar', '<feature var="urn:xmpp:avatar:metadata+notify"/>')
  answers('carol@xmpp.example/honest', EXODUS)
  assert.deepEqual(await features(bob, 'liar'), ['urn:xmpp:avatar:metadata+notify'])
  await features(bob, 'liar')
  assert.equal(store.hashes.size, 0)
  assert.ok((await features(carols, 'honest')).includes(MUC))
  assert.equal(streams.requests.length, 2)
  // An unknown hash function proves nothing either.
  answers('bob@xmpp.example/new', EXODUS)
  assert.ok((await features(bob, 'new', 'x', 'sha3-256')).includes(MUC))
  assert.deepEqual([...store.hashes.keys()], [EXODUS_VER])
})

test('software that refuses is not asked again, software that is late is', async () => {
  const { pairs, streams, features } = await open()
  const pair = pairs.set()
  streams.answer('bob@xmpp.example/deaf', DISCO_INFO, () => {
    throw new StanzaError('service-unavailable', 'cancel')
  })
  for (const name of ['deaf', 'deaf', 'late', 'late']) {
    assert.deepEqual(await features(pair, name, `of ${name}`), [])
  }
  assert.deepEqual(
    streams.requests.map(({ to }) => to),
    ['deaf', 'late', 'late'].map((name) => `bob@xmpp.example/${name}`),
  )
})

test('a resource without capabilities is not asked', async () => {
  const { pairs, streams, capabilities } = await open()
  const found = await capabilities.featuresOf(pairs.set(), { ...EMPTY, resource: 'old' })
  assert.equal(found.size, 0)
  assert.equal(streams.requests.length, 0)
})

test('answers without measure are read no further, and remembered by nobody', async () => {
  const { pairs, features, answers, store } = await open()
  const pair = pairs.set()
  const many = Array.from({ length: 3000 }, (_, at) => `<feature var="f${at}"/>`).join('')
  const long = `<feature var="${'x'.repeat(20_000)}"/>`
  for (const [name, content] of Object.entries({ many, long })) {
    answers(`bob@xmpp.example/${name}`, content)
    assert.deepEqual(await features(pair, name, verOf(content) ?? name), [])
  }
  assert.equal(store.hashes.size, 0)
})

test('a contact that asks for everything and never answers keeps nobody else waiting', async () => {
  const { pairs, streams, features, answers, capabilities } = await open()
  const [bob, carols] = [pairs.set(), pairs.set({ contact: carol })]
  let release: () => void = () => undefined
  const silence = new Promise<XmlElement>((_, reject) => {
    release = () => {
      reject(new StanzaError('remote-server-timeout', 'wait'))
    }
  })
  const flood: Promise<unknown>[] = []
  for (let at = 0; at < 1000; at++) {
    streams.answer(`bob@xmpp.example/${at}`, DISCO_INFO, () => silence)
    const found = { node: 'n', hash: 'sha-1', ver: `${at}` }
    flood.push(
      Promise.resolve(
        capabilities.featuresOf(bob, { ...EMPTY, resource: `${at}`, capabilities: found }),
      ),
    )
  }
  answers('carol@xmpp.example/x', EXODUS)
  assert.ok((await features(carols, 'x')).includes(MUC))
  assert.equal(streams.requests.filter(({ to }) => to.startsWith('bob')).length, 1)
  release()
  await Promise.all(flood)
  assert.equal(streams.requests.filter(({ to }) => to.startsWith('bob')).length, 65)
})
