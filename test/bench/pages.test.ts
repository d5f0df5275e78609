/** What the bench writes into docs/performance.md and docs/scaling.md. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { differences } from '../../bench/page/differences.ts'
import { markdownTable, withBlocks } from '../../bench/page/marked-text.ts'
import { shown } from '../../bench/page/numbers.ts'
import { peerPlot } from '../../bench/page/peer-plot.ts'
import { performanceBlocks } from '../../bench/page/performance-blocks.ts'
import { medianFigure, type Figure } from '../../bench/runs/figure.ts'
import { merged, NO_RESULTS } from '../../bench/runs/results.ts'
import { SCENARIO } from '../../bench/scenarios/presence.ts'

const FIGURE: Figure = {
  scenario: SCENARIO.publish,
  perSecond: 1000,
  cpuMicroseconds: 40,
  generatorMicroseconds: 20,
  messages: 2,
  bytes: 1500,
  p50: 1,
  p99: 2,
  p999: 3,
  residentMiB: 100,
  serverLoad: 1,
  generatorLoad: 0.5,
  retransmissions: 0,
}
const figure = (scenario: string, cpuMicroseconds: number): Figure => ({
  ...FIGURE,
  scenario,
  cpuMicroseconds,
})

test('a table is written between its marks, and the rest of the page stays as it was', () => {
  const page = 'before\n<!-- x: by the bench -->\nold\n<!-- end of x -->\nafter\n'
  const written = withBlocks(page, { x: 'new' })
  assert.equal(written, 'before\n<!-- x: by the bench -->\n\nnew\n\n<!-- end of x -->\nafter\n')
  assert.throws(() => withBlocks(page, { y: 'new' }), /no marks for y/)
})

test('every table of docs/performance.md has its marks there', async () => {
  const page = await readFile(new URL('../../docs/performance.md', import.meta.url), 'utf8')
  assert.doesNotThrow(() => withBlocks(page, performanceBlocks(NO_RESULTS)))
})

test('a bound that is not kept is told as not met', () => {
  const kept = { ...figure('kept', 35), allowed: { cpuMicroseconds: 35 } }
  const missed = { ...figure('missed', 35.1), allowed: { cpuMicroseconds: 35 } }
  const slow = { ...figure('slow', 1), allowed: { perSecond: 1001 } }
  const { targets = '' } = performanceBlocks({ ...NO_RESULTS, figures: [kept, missed, slow] })
  const verdicts = targets
    .split('\n')
    .slice(2)
    .map((row) => /(\S+ ?\S*) \|$/.exec(row)?.[1])
  assert.deepEqual(verdicts, ['| met', '**not met**', '**not met**'])
})

test('what a setting adds is told in the unit of what was asked for', () => {
  const found = differences([
    figure(SCENARIO.publish, 40),
    figure(`${SCENARIO.publish}, digest`, 55),
    figure(`${SCENARIO.publish}, with rules`, 50),
    figure(`${SCENARIO.publish}, PostgreSQL`, 60),
    figure(`${SCENARIO.subscribe}, digest`, 1),
  ])
  assert.deepEqual(
    found.map(({ shownAs, met }) => [shownAs, met]),
    [
      ['25 %', false],
      ['15 µs', true],
      ['× 1.50', true],
    ],
  )
})

test('of several rounds the medians count, number by number', () => {
  const rounds = [figure('a', 30), figure('a', 90), { ...figure('a', 50), perSecond: 5 }]
  const { cpuMicroseconds, perSecond } = medianFigure(rounds)
  assert.deepEqual([cpuMicroseconds, perSecond], [50, 1000])
})

test('a later run takes the place of what it has measured again, and of nothing else', () => {
  const old = { ...NO_RESULTS, figures: [figure('a', 1), figure('b', 2)] }
  const { figures } = merged(old, { ...NO_RESULTS, figures: [figure('b', 3), figure('c', 4)] })
  assert.deepEqual(
    figures.map(({ scenario, cpuMicroseconds }) => [scenario, cpuMicroseconds]),
    [
      ['a', 1],
      ['b', 3],
      ['c', 4],
    ],
  )
})

test('the plot has a bar for each contestant, as long as its CPU', () => {
  const contestants = [
    { name: 'Visage', figure: figure('a', 20) },
    { name: 'another', figure: figure('a', 40) },
  ]
  const svg = peerPlot([{ scenario: 'a', contestants }])
  const widths = [...svg.matchAll(/class="(\w+)" x="150" y="\d+" width="([\d.]+)"/g)]
  assert.deepEqual(
    widths.map(([, name, width]) => [name, width]),
    [
      ['ours', '70.0'],
      ['theirs', '140.0'],
    ],
  )
})

test('numbers have three digits that count, and thousands apart', () => {
  assert.deepEqual([0.0312, 9.876, 123.4, 12_345.6, NaN].map(shown), [
    '0.0312',
    '9.88',
    '123',
    '12,346',
    '–',
  ])
  assert.equal(markdownTable(['a', ' b'], [['1', '2']]), '| a |  b |\n| --- | ---: |\n| 1 | 2 |')
})
