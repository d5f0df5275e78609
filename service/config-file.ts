/** The configuration file: YAML 1.2, of which JSON is a part. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { ConfigurationError } from './config-problems.ts'
import { resolvePaths, type Layer } from './config-layer.ts'

/** Throws ConfigurationError when the file cannot be read or is no YAML. */
export function fileLayer(file: string): Layer {
  const lineCounter = new LineCounter()
  const document = parseDocument(read(file), { lineCounter, prettyErrors: true })
  if (document.errors.length > 0) {
    throw new ConfigurationError(document.errors.map(({ message }) => `${file}: ${message.trim()}`))
  }
  const content: unknown = document.toJS({ maxAliasCount: 100 }) ?? {}
  if (!isMapping(content)) {
    throw new ConfigurationError([`${file}: expected keys and values, as "domains: example.com"`])
  }
  // A section whose settings are all commented out is null, and means nothing.
  const said = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null))
  return { values: resolvePaths(said, dirname(file)), origin: () => file }
}

function isMapping(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigurationError([`${file}: ${(error as Error).message}`])
  }
}
