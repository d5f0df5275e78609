/** What may stand in accounts.yaml. */
import { z } from 'zod'

const account = z
  .strictObject({
    address: z.string().min(1),
    password: z.string().optional(),
    passwordCommand: z.string().min(1).optional(),
    xcapRoot: z.url({ protocol: /^https?$/ }).optional(),
    sip: z.string().optional(),
    default: z.boolean().optional(),
  })
  .refine(
    ({ password, passwordCommand }) => password === undefined || passwordCommand === undefined,
    {
      error: 'password and passwordCommand exclude each other',
    },
  )

export const accountsFileSchema = z.strictObject({ accounts: z.array(account) })
