/** What an XCAP server refused, in words for a person and as JSON for a program. RFC 4825 §11. */
import type { XcapConditions } from '../client/xcap-client.ts'
import { XcapError } from '../client/xcap-error.ts'
import { printable } from './printable.ts'

interface Asked {
  readonly json?: boolean
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
}

export function conditionsOf({ ifMatch, ifNoneMatch }: Asked): XcapConditions {
  return {
    ...(ifMatch !== undefined && { ifMatch: withoutQuotes(ifMatch) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: withoutQuotes(ifNoneMatch) }),
  }
}

/** Rejects with everything that the server said, where it said more than a status. */
export async function explaining<T>(asked: Asked, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    if (!(error instanceof XcapError)) throw error
    if (asked.json) process.stdout.write(`${JSON.stringify(problemJson(error))}\n`)
    throw new Error(problemLines(error, asked).map(printable).join('\n'), { cause: error })
  }
}

function problemLines(error: XcapError, asked: Asked): string[] {
  const { conflict, ancestor, taken } = error
  const lines = [HINTS.find(({ when }) => when(error, asked))?.words ?? error.message]
  if (conflict !== undefined) lines.push(`  conflict: ${conflict}`)
  if (ancestor !== undefined) lines.push(`  what exists: ${ancestor}`)
  for (const { field, alternatives } of taken) {
    lines.push(`  taken: ${readable(field)}`)
    if (alternatives.length > 0) lines.push(`  free: ${alternatives.join(', ')}`)
  }
  return lines
}

/** Where the status alone says too little. */
const HINTS: { when: (error: XcapError, asked: Asked) => boolean; words: string }[] = [
  {
    when: ({ status }, { ifNoneMatch }) => status === 412 && ifNoneMatch === '*',
    words: 'there is such a document already (412)',
  },
  {
    when: ({ status, answer }) => status === 404 && answer.url.includes('/~~/'),
    words: 'there is no such element or attribute, or no such document (404)',
  },
  {
    when: ({ status, answer }) => status === 400 && answer.url.includes('/~~/'),
    words:
      'the server does not understand the selector; each prefix needs --xmlns PREFIX=URI (400)',
  },
]

function problemJson({ status, conflict, phrase, ancestor, taken, answer }: XcapError) {
  return { status, url: answer.url, conflict, phrase, ancestor, taken }
}

function readable(selector: string): string {
  try {
    return decodeURIComponent(selector)
  } catch {
    return selector
  }
}

/** As the server printed it: `"tag"` is the tag. */
function withoutQuotes(tag: string): string {
  return tag.replace(/^(?:W\/)?"(.*)"$/, '$1')
}
