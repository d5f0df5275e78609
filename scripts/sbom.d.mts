export declare function sbom(): {
  readonly bomFormat: string
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly licenses: readonly unknown[]
  }[]
}
