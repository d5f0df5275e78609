/**
 * What users of the client's package may lean on, as text: every export with its type, and the types that those name.
 * `node scripts/client-surface.mjs` writes it to client/public-surface.txt, after `npm run build`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { declarationsOf, readExports } from './client-exports.mjs'
import { root } from './steps.mjs'

export const SURFACE_FILE = 'client/public-surface.txt'

const HEAD = `What the package @visage/client gives, as its declarations have it; behind each name the entries that export it.
A test compares this file. After a change that is meant: npm run build && node scripts/client-surface.mjs
`

/** From client/dist. */
export function publicSurface() {
  const { exported, named } = readExports()
  const lines = [...exported]
    .map(([symbol, { name, from }]) => `${textOf(symbol, name)} // ${from.join(', ')}`)
    .toSorted()
  const others = named.map((symbol) => textOf(symbol, symbol.name)).toSorted()
  return [HEAD, ...lines, '', 'Named by those, not exported:', '', ...others, ''].join('\n')
}

const printer = ts.createPrinter({ removeComments: true })

function textOf(symbol, name) {
  const texts = declarationsOf(symbol).map((node) => {
    const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node
    return printer.printNode(ts.EmitHint.Unspecified, whole, node.getSourceFile())
  })
  const text = texts
    .join('\n')
    .replace(/^(export )?(declare )?/gm, '')
    .replace(/\n?\s*#private;/g, '')
  return name === symbol.name ? text : `${text} as ${name}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, SURFACE_FILE), publicSurface())
}
