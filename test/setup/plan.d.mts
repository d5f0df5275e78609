export declare function planProcesses(
  files: readonly string[],
  read?: (file: string) => string,
): string[][]

export declare function programOf(files: readonly string[], root: string): string
