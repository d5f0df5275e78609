import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serializePidf, type PresenceDocument } from '../../core/documents/pidf.ts'
import { composePresence, serializePresence } from '../../core/model/composition.ts'
import type { EntityTag } from '../../core/model/entity-tag.ts'
import type { Show } from '../../xmpp-gateway/presence/availability.ts'
import { pidfOfPresence } from '../../xmpp-gateway/presence/pidf-of-presence.ts'
import { presenceOfPidf } from '../../xmpp-gateway/presence/presence-of-pidf.ts'
import { createSeededRandom } from '../support/seeded-random.ts'
import { BOB, read, resource } from './presence-words.ts'

/** What the presence agent makes of a publication, as a watcher reads it. */
function asWatched(document: PresenceDocument): PresenceDocument {
  const composed = composePresence(BOB, {
    publications: [{ document, publishedAt: 1, tag: 'x' as EntityTag }],
  })
  return read(serializePresence(composed, 'default'))
}

test('property: what XMPP says survives PIDF, the presence agent and the way back', () => {
  const random = createSeededRandom(11)
  const shows: (Show | undefined)[] = ['away', 'chat', 'dnd', 'xa', undefined]
  const words = ['At lunch', 'Ünïcödé <&> "quoted"', 'a\nb', '\u{1f600}', "it's"]
  for (let round = 0; round < 500; round++) {
    const said = Array.from({ length: random.integer(3) }, (_, n) => ({
      text: random.pick(words),
      lang: n === 0 ? undefined : `x-${n}`,
    }))
    const one = resource({
      show: random.pick(shows),
      statuses: said,
      priority: random.integer(128),
    })
    const document = read(serializePidf(pidfOfPresence(BOB, [one], [])))
    const { show, statuses, priority } = one
    assert.deepEqual(presenceOfPidf(asWatched(document)), {
      isAvailable: true,
      show,
      statuses,
      priority,
    })
  }
})

test('property: of many resources the most available is what comes back', () => {
  const random = createSeededRandom(13)
  const shows: (Show | undefined)[] = ['chat', undefined, 'dnd', 'away', 'xa']
  for (let round = 0; round < 300; round++) {
    const resources = Array.from({ length: 1 + random.integer(6) }, (_, n) =>
      resource({
        resource: `r${n}`,
        show: random.pick(shows),
        priority: random.integer(256) - 128,
      }),
    )
    const shown = presenceOfPidf(asWatched(pidfOfPresence(BOB, resources, [])))
    assert.ok(shown.isAvailable)
    const best = Math.min(...resources.map(({ show }) => shows.indexOf(show)))
    assert.equal(shown.show, shows[best])
    const ofBest = resources.filter(({ show }) => show === shows[best])
    const highest = Math.max(0, ...ofBest.map(({ priority }) => priority))
    assert.equal(shown.priority, highest)
  }
})
