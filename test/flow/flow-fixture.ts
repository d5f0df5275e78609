/** A document or request below test/fixtures/flow. */
import { readFileSync } from 'node:fs'

export function flowFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/flow/${name}`, import.meta.url), 'utf8')
}
