/** Answers of an XCAP server on standard output. */
import type { XcapAnswer } from '../client/xcap-client.ts'
import { printable } from './printable.ts'

export function printAnswer(
  { status, reason, url, etag }: XcapAnswer,
  further: readonly string[] = [],
): void {
  print(`${`${status} ${printable(reason)}`.trim()} <${url}>`)
  if (etag !== undefined) print(`etag: ${printable(etag)}`)
  for (const line of further) print(line)
}

export function printJson(
  { status, url, etag, contentType }: XcapAnswer,
  further: Readonly<Record<string, unknown>> = {},
): void {
  print(JSON.stringify({ status, url, etag, contentType, ...further }))
}

/** As it is; a terminal gets a line's end behind it. */
export function printContent(content: Uint8Array): void {
  process.stdout.write(content)
  if (process.stdout.isTTY && content.at(-1) !== 0x0a) process.stdout.write('\n')
}

export function printList(title: string, values: readonly string[]): void {
  print(`${title}:`)
  for (const value of values) print(`    ${printable(value)}`)
}

/** Icons are the only documents that are none. */
export function isText(contentType = ''): boolean {
  return /^text\/|[/+](?:xml|json)$/.test(contentType)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
