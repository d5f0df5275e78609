/** The plot of docs/performance.md: CPU per operation of Visage and its peers, a panel for each scenario. */
import { VISAGE, type Comparison } from '../peers/comparison.ts'
import { shown } from './numbers.ts'

const WIDTH = 720
const COLUMNS = 2
const PANEL = { width: WIDTH / COLUMNS, head: 34, row: 24, gap: 14 }
/** Of a bar: where it begins in its panel, and how long the longest is. */
const BAR = { x: 150, length: 140, height: 14 }

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.value { font-variant-numeric: tabular-nums }
.ours { fill: #1a7f4b }
.theirs { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .ours { fill: #3fb97a }
  .theirs { fill: #6e7681 }
}`

export function peerPlot(comparisons: readonly Comparison[]): string {
  const rows = Math.max(...comparisons.map(({ contestants }) => contestants.length), 1)
  const height = PANEL.head + rows * PANEL.row + PANEL.gap
  const panels = comparisons.map((one, number) => {
    const x = (number % COLUMNS) * PANEL.width
    const y = Math.floor(number / COLUMNS) * height
    return `<g transform="translate(${x} ${y})">${panel(one)}</g>`
  })
  const whole = Math.ceil(comparisons.length / COLUMNS) * height
  const label = 'Server CPU per operation of Visage and its peers, in microseconds'
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${whole}" role="img" aria-label="${label}">\n` +
    `<style>${STYLE}\n</style>\n${panels.join('\n')}\n</svg>\n`
  )
}

/** Each has a scale of its own: what is compared stands below each other. */
function panel({ scenario, contestants }: Comparison): string {
  const most = Math.max(...contestants.map(({ figure }) => figure.cpuMicroseconds))
  const bars = contestants.map(({ name, figure }, row) => {
    const y = PANEL.head + row * PANEL.row
    const length = Math.max(1, (figure.cpuMicroseconds / most) * BAR.length)
    const baseline = y + BAR.height - 3
    return (
      `<text x="${BAR.x - 8}" y="${baseline}" text-anchor="end">${name}</text>` +
      `<rect class="${name === VISAGE ? 'ours' : 'theirs'}" x="${BAR.x}" y="${y}" width="${length.toFixed(1)}" height="${BAR.height}" rx="2"/>` +
      `<text class="value" x="${(BAR.x + length + 6).toFixed(1)}" y="${baseline}">${shown(figure.cpuMicroseconds)} µs</text>`
    )
  })
  return `<text class="title" x="8" y="20">${scenario}</text>${bars.join('')}`
}
