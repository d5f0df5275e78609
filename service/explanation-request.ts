/** What `visage explain` asks of a running service. */
import { z } from 'zod'

const address = z.string().min(1).max(1024)

export const explanationRequest = z.strictObject({ watcher: address, presentity: address })
