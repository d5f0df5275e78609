export declare const ALLOWED: readonly string[]

export declare function packagesIn(folder: string): readonly {
  readonly name: string
  /** In the project's folder. */
  readonly path: string
  readonly version: string
  readonly licence: string | undefined
  readonly dev: boolean
}[]

export declare function isAllowed(licence: string | undefined): boolean
