/**
 * What users of the client's package may lean on, as text: every export with its type, and the types that those name.
 * `node scripts/client-surface.mjs` writes it to client/public-surface.txt, after `npm run build`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { root } from './steps.mjs'

export const SURFACE_FILE = 'client/public-surface.txt'

const HEAD = `What the package @visage/client gives, as its declarations have it; behind each name the entries that export it.
A test compares this file. After a change that is meant: npm run build && node scripts/client-surface.mjs
`

/** From client/dist. */
export function publicSurface() {
  const entries = declarationFiles()
  const program = ts.createProgram(Object.values(entries), { skipLibCheck: true, types: ['node'] })
  const checker = program.getTypeChecker()
  const exported = exportsOf(entries, program, checker)
  const named = namedBy([...exported.keys()], checker)
  const lines = [...exported]
    .map(([symbol, { name, from }]) => `${textOf(symbol, name)} // ${from.join(', ')}`)
    .toSorted()
  const others = [...named].map((symbol) => textOf(symbol, symbol.name)).toSorted()
  return [HEAD, ...lines, '', 'Named by those, not exported:', '', ...others, ''].join('\n')
}

/** Entry → file of its declarations, as client/package.json has them. */
function declarationFiles() {
  const { exports } = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8'))
  const named = Object.entries(exports).filter(([entry, { types }]) => types && entry !== '.')
  return Object.fromEntries(
    named.map(([entry, { types }]) => [entry.slice(2), join(root, 'client', types)]),
  )
}

function exportsOf(entries, program, checker) {
  const exported = new Map()
  for (const [entry, file] of Object.entries(entries)) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file))
    for (const found of checker.getExportsOfModule(module)) {
      const symbol = target(found, checker)
      const known = exported.get(symbol) ?? { name: found.name, from: [] }
      exported.set(symbol, { ...known, from: [...known.from, entry] })
    }
  }
  return exported
}

const target = (symbol, checker) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

/** The package's own types that the symbols lead to, and that are not among them. */
function namedBy(symbols, checker) {
  const seen = new Set(symbols)
  const visit = (node) => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    if (symbol) follow(target(symbol, checker))
    ts.forEachChild(node, visit)
  }
  const follow = (symbol) => {
    if (seen.has(symbol) || !declarations(symbol).some(isOwnType)) return
    seen.add(symbol)
    declarations(symbol).forEach(visit)
  }
  for (const symbol of symbols) declarations(symbol).forEach(visit)
  return [...seen].filter((symbol) => !symbols.includes(symbol))
}

const declarations = (symbol) => symbol.declarations ?? []

function isOwnType(node) {
  const declared = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)
  // A constant, where a type is made of its values.
  const isType = declared || ts.isClassDeclaration(node) || ts.isVariableDeclaration(node)
  return isType && node.getSourceFile().fileName.startsWith(join(root, 'client/dist/'))
}

const printer = ts.createPrinter({ removeComments: true })

function textOf(symbol, name) {
  const texts = declarations(symbol).map((node) => {
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
