/** What must be checked again of a document when one of its nodes was changed: the rest follows the schema as it did before. RFC 4825 §8.2.5. */
import type { SourceDocument, SourceElement } from '../core/documents/source-document.ts'

/** Places in the new text: what is not in between stands in the old text, too. */
interface Range {
  readonly from: number
  readonly to: number
}

const BLOCK = 512

/**
 * A smaller document, valid exactly when the changed one is, given that the old one was: what stayed as it was is left out,
 * save one element at each end of a row of equal names. Right for schemas to which two elements in a row say as much as many,
 * and that demand nothing to be unique in the document.
 */
export function changedPart(before: string, { text, root }: SourceDocument): string {
  const range = changedRange(before, text)

  function write(element: SourceElement): string {
    const { start, contentStart, contentEnd, end } = element
    // A changed start tag changes what all its content means.
    if (contentStart > range.from || contentEnd < range.to) return text.slice(start, end)
    return text.slice(start, contentStart) + writeContent(element) + text.slice(contentEnd, end)
  }

  function writeContent({ children, contentStart, contentEnd }: SourceElement): string {
    let written = ''
    let row: SourceElement[] = []
    let position = contentStart
    const closeRow = () => {
      for (const one of endsOf(row)) written += text.slice(one.start, one.end)
      row = []
    }
    for (const child of children) {
      if (typeof child === 'string') continue
      const textStays = isUntouched(position, child.start, range)
      const stays = isUntouched(child.start, child.end, range)
      if (!textStays || !stays || !continuesRow(row, child)) closeRow()
      if (!textStays) written += text.slice(position, child.start)
      position = child.end
      if (stays) row.push(child)
      else written += write(child)
    }
    closeRow()
    return isUntouched(position, contentEnd, range)
      ? written
      : written + text.slice(position, contentEnd)
  }

  return write(root)
}

function changedRange(before: string, after: string): Range {
  const shorter = Math.min(before.length, after.length)
  let from = 0
  // Whole blocks first: they are compared by the machine.
  while (from + BLOCK <= shorter && before.startsWith(after.slice(from, from + BLOCK), from)) {
    from += BLOCK
  }
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++
  let same = 0
  const most = shorter - from
  while (same + BLOCK <= most && before.endsWith(blockFromEnd(after, same), before.length - same)) {
    same += BLOCK
  }
  while (same < most && endsAlike(before, after, same)) same++
  if (same < most) return { from, to: after.length - same }
  const longer = after.length > before.length ? after : before
  const shift = stepsBackToTag(longer, from, longer.length - same)
  return { from: from - shift, to: after.length - same - shift }
}

function blockFromEnd(text: string, same: number): string {
  return text.slice(text.length - same - BLOCK, text.length - same)
}

function endsAlike(before: string, after: string, same: number): boolean {
  return before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
}

/** In `<a/><b/></c>` the element `<b/>`, added or gone, is as well `b/><`: how far back the part begins with its tag. */
function stepsBackToTag(text: string, from: number, to: number): number {
  let steps = 0
  while (text[from - steps] !== '<') {
    steps++
    if (steps > from || text[from - steps] !== text[to - steps]) return 0
  }
  return steps
}

function isUntouched(start: number, end: number, { from, to }: Range): boolean {
  return end <= from || start >= to
}

function continuesRow([first]: readonly SourceElement[], next: SourceElement): boolean {
  return first === undefined || (first.name === next.name && first.namespace === next.namespace)
}

function endsOf(row: readonly SourceElement[]): readonly SourceElement[] {
  const [first, ...rest] = row
  const last = rest.at(-1)
  return first && last ? [first, last] : row
}
