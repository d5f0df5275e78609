/** Numbers as the pages show them: no more digits than are known. */

/** Three significant digits, thousands apart. */
export function shown(number: number): string {
  if (!Number.isFinite(number)) return '–'
  if (Math.abs(number) >= 1000) return Math.round(number).toLocaleString('en')
  return String(Number(number.toPrecision(3)))
}

export const percent = (part: number) => `${Math.round(part * 100)} %`
