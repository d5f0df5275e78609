/** Values that many operations take: what stands in a path or a query arrives as text. */
import { z } from 'zod'

/** As operators write it: `alice@example.com`, with or without scheme, or an alias. */
export const addressValue = z
  .string()
  .min(1)
  .max(1024)
  .meta({ description: 'An address, as alice@example.com; an alias will do.' })

export const domainValue = z.string().min(1).max(253)

/** In a query `true`, `1`, `false`, `0`. */
export const flagValue = z.union([z.boolean(), z.stringbool()])

/** What a description `takes` or `gives`, as the member `bytes`. */
export const octetsValue = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** What a description `gives` in pieces, as the member `bytes`; it may be read once. */
export const piecesValue = z.custom<AsyncIterable<Uint8Array>>(
  (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
)

/** A moment, as milliseconds since the epoch inside. */
export const momentValue = z.iso.datetime({ offset: true })

const MOST_ON_A_PAGE = 1000
const USUAL_PAGE = 100

/** Members of the input of what gives a long list in pages. */
export const pageInput = {
  after: z
    .string()
    .max(2048)
    .optional()
    .meta({ description: "Of the page before: its `next`. Absent: the list's beginning." }),
  limit: z.coerce.number().int().min(1).max(MOST_ON_A_PAGE).default(USUAL_PAGE),
}

/** Member of the output: what `after` of the next page is; absent on the last. */
export const pageOutput = { next: z.string().exactOptional() }
