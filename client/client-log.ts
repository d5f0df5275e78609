/** Log of the client library: what a person who looks for a fault wants to see. Silent unless one is given. */

export interface ClientLog {
  readonly debug: (fields: Readonly<Record<string, unknown>>, text: string) => void
}

export const silentClientLog: ClientLog = { debug: () => undefined }
