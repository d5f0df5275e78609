/** A long list, asked for page by page. */
import type { z } from 'zod'
import type { Ask, OperationDescription } from './operation.ts'

interface Page {
  readonly next?: string | undefined
}

/** Each page of an operation that has pageInput and pageOutput: operation-values.ts. */
export async function* pagesOf<Input extends z.ZodType, Output extends z.ZodType<Page>>(
  ask: Ask,
  description: OperationDescription<Input, Output>,
  input: z.input<Input>,
): AsyncGenerator<z.output<Output>> {
  let after: string | undefined
  do {
    const asked = { ...(input as object), ...(after !== undefined && { after }) }
    const page = await ask(description, asked as z.input<Input>)
    yield page
    after = page.next
  } while (after !== undefined)
}
