/** The flags of the `visage user` commands. */

export interface StoreFlags {
  readonly data?: string
  readonly config?: string
}

export interface SecretFlags extends StoreFlags {
  readonly passwordStdin?: boolean
  readonly ha1?: string
  readonly realm?: string
  readonly name?: string
}

export interface ImportFlags extends StoreFlags {
  readonly format: string
  readonly realm?: string
  readonly dryRun?: boolean
}

export interface ListFlags extends StoreFlags {
  readonly json?: boolean
}
