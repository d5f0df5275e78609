/** What a person types as an address, and whom a filter finds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTypedAddress } from '../../web/buddies/contact-address.ts'
import { findBuddies } from '../../web/buddies/find-buddies.ts'
import type { BuddyGroup } from '../../web/model/page-model.ts'

const WHERE = { own: 'sip:alice@example.com', known: new Set(['sip:carol@example.com']) }

const GOOD: readonly [typed: string, address: string][] = [
  ['sip:bob@example.com', 'sip:bob@example.com'],
  ['bob@example.com', 'sip:bob@example.com'],
  ['  bob@Example.COM ', 'sip:bob@example.com'],
  ['bob', 'sip:bob@example.com'],
  ['SIP:bob@example.net;transport=tcp', 'sip:bob@example.net'],
  ['pres:bob@example.com', 'sip:bob@example.com'],
  ['+49 30 123-456', 'tel:+4930123456'],
  ['tel:+4930123456', 'tel:+4930123456'],
]

for (const [typed, address] of GOOD)
  test(`“${typed}” is understood as ${address}`, () => {
    assert.deepEqual(readTypedAddress(typed, WHERE), { address })
  })

const BAD: readonly [typed: string, problem: RegExp][] = [
  ['', /Type the address/],
  ['bob smith', /“bob smith” is not an address/],
  ['bob@', /is not an address/],
  ['@example.com', /is not an address/],
  ['mailto:bob@example.com', /is not an address/],
  ['https://example.com/bob', /is not an address/],
  ['alice', /own address/],
  ['sip:carol@EXAMPLE.com', /on your list already/],
]

for (const [typed, problem] of BAD)
  test(`of “${typed}” it is said in words what is wrong`, () => {
    const read = readTypedAddress(typed, WHERE)
    assert.match('problem' in read ? read.problem : '', problem)
  })

const buddy = (name: string, address: string) => ({ name, address, groups: [] })
const GROUPS: readonly BuddyGroup[] = [
  { name: 'Friends', buddies: [buddy('Žofie Nováková', 'sip:zofie@example.com')] },
  {
    name: 'Work',
    buddies: [buddy('Bob Smith', 'sip:bob@example.com'), buddy('Bob Jones', 'sip:bj@x.example')],
  },
]

const FILTERS: readonly [typed: string, names: string[]][] = [
  ['', ['Žofie Nováková', 'Bob Smith', 'Bob Jones']],
  ['bob', ['Bob Smith', 'Bob Jones']],
  ['smith BOB', ['Bob Smith']],
  ['zof nova', ['Žofie Nováková']],
  ['x.example', ['Bob Jones']],
  ['sip:', []],
  ['nobody', []],
]

for (const [typed, names] of FILTERS)
  test(`the filter “${typed}” leaves ${names.length === 0 ? 'nobody' : names.join(', ')}`, () => {
    const left = findBuddies(GROUPS, typed)
    assert.deepEqual(
      left.flatMap(({ buddies }) => buddies.map(({ name }) => name)),
      names,
    )
    assert.ok(left.every(({ buddies }) => buddies.length > 0))
  })
