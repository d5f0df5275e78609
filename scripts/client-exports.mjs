/** What the client's package exports, found in the declarations in client/dist, and what those lead to. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './steps.mjs'

const dist = join(root, 'client/dist/')

/**
 * `exported`: symbol → { name, from: entries }; `named`: the symbols of the package that those are made of;
 * `files`: all declarations that the entries lead to.
 */
export function readExports() {
  const entries = declarationFiles()
  const program = ts.createProgram(Object.values(entries), { skipLibCheck: true, types: ['node'] })
  const checker = program.getTypeChecker()
  const targetOf = (symbol) =>
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const symbolAt = (node) => targetOf(checker.getSymbolAtLocation(node))
  const exported = new Map()
  for (const [entry, file] of Object.entries(entries)) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file))
    for (const found of checker.getExportsOfModule(module)) {
      const symbol = targetOf(found)
      const known = exported.get(symbol) ?? { name: found.name, from: [] }
      exported.set(symbol, { ...known, from: [...known.from, entry] })
    }
  }
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(dist))
  return { exported, named: namedBy([...exported.keys()], symbolAt), files, symbolAt }
}

/** Entry → file of its declarations, as client/package.json has them. */
function declarationFiles() {
  const { exports } = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8'))
  const named = Object.entries(exports).filter(([entry, { types }]) => types && entry !== '.')
  return Object.fromEntries(
    named.map(([entry, { types }]) => [entry.slice(2), join(root, 'client', types)]),
  )
}

export const declarationsOf = (symbol) => symbol.declarations ?? []

function namedBy(symbols, symbolAt) {
  const seen = new Set(symbols)
  const visit = (node) => {
    const symbol = ts.isIdentifier(node) ? symbolAt(node) : undefined
    if (symbol && !seen.has(symbol) && declarationsOf(symbol).some(isOwn)) {
      seen.add(symbol)
      declarationsOf(symbol).forEach(visit)
    }
    ts.forEachChild(node, visit)
  }
  for (const symbol of symbols) declarationsOf(symbol).forEach(visit)
  return [...seen].filter((symbol) => !symbols.includes(symbol))
}

/** Types, and constants where a type is made of their values. */
function isOwn(node) {
  const isType = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)
  const isNamed = isType || ts.isClassDeclaration(node) || ts.isVariableDeclaration(node)
  return isNamed && node.getSourceFile().fileName.startsWith(dist)
}
