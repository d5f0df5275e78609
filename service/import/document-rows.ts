/** Documents of another XCAP server, as they travel to a running service. */
import { z } from 'zod'

export const documentImport = z.strictObject({
  documents: z.array(
    z.strictObject({
      /** Where it stood, for people: `line 57, row 12`. */
      place: z.string(),
      username: z.string(),
      domain: z.string(),
      auid: z.string(),
      /** Below the home, decoded. */
      path: z.array(z.string()),
      body: z.base64(),
    }),
  ),
  /** Documents that differ from what is there take its place; absent: what is there stays. */
  overwrite: z.boolean().optional(),
})

/** `kept`: there is another one, which stays. */
export const importOutcome = z.enum(['created', 'changed', 'unchanged', 'kept'])

export const documentReport = z.object({
  created: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  /** There is another one, which stays. */
  kept: z.number(),
  refused: z.array(z.object({ place: z.string(), problem: z.string() })),
})

export type DocumentImport = z.infer<typeof documentImport>
export type DocumentRow = DocumentImport['documents'][number]
export type DocumentReport = z.infer<typeof documentReport>
export type ImportOutcome = z.infer<typeof importOutcome>
