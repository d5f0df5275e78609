/**
 * Leaves in client/dist the declarations that users of the package can meet, and no others: those inside name types of
 * sip.js, which compile only with the DOM and without strictness.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { readExports } from './client-exports.mjs'
import { root } from './steps.mjs'

const dist = join(root, 'client/dist')

export function tidyDeclarations() {
  const names = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.d.ts'))
  for (const name of names) nameModules(join(dist, name))
  const kept = new Map(publicDeclarations())
  for (const name of names) {
    const file = join(dist, name)
    const text = kept.get(file)
    if (text) writeFileSync(file, text)
    else rmSync(file)
  }
}

/** TypeScript writes the endings of imports anew in modules, but not in declarations. */
function nameModules(file) {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"))
}

/** Files with what is left of them. */
function publicDeclarations() {
  const { exported, named, files, symbolAt } = readExports()
  const met = new Set([...exported.keys(), ...named])
  const isMet = (name) => met.has(symbolAt(name))
  return files.map((file) => {
    const statements = file.statements.map((statement) => publicPart(statement, isMet))
    return [file.fileName, statements.join('')]
  })
}

/** Its text with the comment above it; empty: nothing of it is public. */
function publicPart(statement, isMet) {
  if (ts.isImportDeclaration(statement)) {
    return named(statement, statement.importClause?.namedBindings, isMet)
  }
  if (ts.isExportDeclaration(statement)) {
    const all = !statement.exportClause
    return all ? statement.getFullText() : named(statement, statement.exportClause, isMet)
  }
  const declared = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations
    : [statement]
  return declared.some(({ name }) => isMet(name)) ? statement.getFullText() : ''
}

/** An import or export of the names that are public. */
function named(statement, bindings, isMet) {
  const kept = (bindings?.elements ?? []).filter(({ name }) => isMet(name))
  if (kept.length === 0) return ''
  const isImport = ts.isImportDeclaration(statement)
  const verb = isImport ? 'import' : 'export'
  const isTypeOnly = isImport ? statement.importClause.isTypeOnly : statement.isTypeOnly
  const names = kept.map((element) => element.getText()).join(', ')
  const from = statement.moduleSpecifier ? ` from ${statement.moduleSpecifier.getText()}` : ''
  return `\n${verb}${isTypeOnly ? ' type' : ''} { ${names} }${from};`
}
