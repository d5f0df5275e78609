/** Letters and colour that stand where there is no picture. WCAG 2.2 §1.4.3. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FACE_COLOURS, faceColour } from '../../web/buddies/face-colour.ts'
import { initialsOf } from '../../web/buddies/initials.ts'

const CASES: readonly [name: string, initials: string][] = [
  ['Bob Smith', 'BS'],
  ['bob', 'B'],
  ['Anna Maria de la Cruz', 'AC'],
  ['bob.smith@example.com', 'BS'],
  ['bob@example.com', 'B'],
  ['101@example.com', '1'],
  ['+4930123456', '4'],
  ['élodie Žák', 'ÉŽ'],
  ['e\u0301lodie', 'E\u0301'],
  ['李小龙', '李'],
  ['👩‍🚀 Ada', 'A'],
  ['"Bob" (work)', 'BW'],
  ['Jean-Luc Picard', 'JP'],
  ['  ', '?'],
  ['', '?'],
  ['☎️', '?'],
]

for (const [name, initials] of CASES)
  test(`the initials of “${name}” are ${initials}`, () => {
    assert.equal(initialsOf(name), initials)
  })

test('an address has the same colour each time, and a list of them uses all colours', () => {
  const addresses = Array.from({ length: 300 }, (_, n) => `sip:user${n}@example.com`)
  assert.equal(faceColour('sip:bob@example.com'), faceColour('sip:bob@example.com'))
  assert.equal(new Set(addresses.map(faceColour)).size, FACE_COLOURS.length)
})

test('WCAG 2.2 §1.4.3: white letters on each colour have a contrast of 4.5 at least', () => {
  for (const colour of FACE_COLOURS) {
    const contrast = 1.05 / (luminance(colour) + 0.05)
    assert.ok(contrast >= 4.5, `${colour}: ${contrast.toFixed(2)}`)
  }
})

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
