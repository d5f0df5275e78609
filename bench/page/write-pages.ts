/** npm run bench -- --page: writes the measured figures into docs/performance.md and docs/scaling.md, and the plot. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { Results } from '../runs/results.ts'
import { withBlocks } from './marked-text.ts'
import { peerPlot } from './peer-plot.ts'
import { performanceBlocks } from './performance-blocks.ts'
import { scalingBlocks } from './scaling-blocks.ts'

const placeOf = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))

export async function writePages(results: Results): Promise<void> {
  await rewrite('performance.md', performanceBlocks(results))
  await rewrite('scaling.md', scalingBlocks(results))
  await writeFile(placeOf('performance.svg'), peerPlot(results.peers))
}

async function rewrite(name: string, blocks: Readonly<Record<string, string>>): Promise<void> {
  const file = placeOf(name)
  const text = withBlocks(await readFile(file, 'utf8'), blocks)
  const style = await resolveConfig(file)
  await writeFile(file, await format(text, { ...style, filepath: file }))
}
