/** The workers of a service, as each of them sees the others. */
import type { WorkerLinks } from './links.ts'
import type { ServiceSockets } from './shared-sockets.ts'

export interface Team {
  readonly links: WorkerLinks
  /** The listening sockets that all of them have. */
  readonly sockets: ServiceSockets
  /** Numbers of those that are not ready. */
  readonly missing: () => readonly number[]
  /** Resolves when the service has opened: all of them were ready. */
  readonly opened: Promise<void>
}
