/** Text of a page that is written by the bench: between `<!-- NAME: by the bench -->` and `<!-- end of NAME -->`. */

/** Throws an Error that names a mark that the page does not have. */
export function withBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const [begin, end] = [`<!-- ${name}: by the bench -->`, `<!-- end of ${name} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`the page has no marks for ${name}`)
    return `${text.slice(0, from + begin.length)}\n\n${block}\n\n${text.slice(to)}`
  }, page)
}

/** Titles that begin with a space stand over numbers. */
export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = titles.map((title) => (title.startsWith(' ') ? '---:' : '---'))
  return [titles, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
