/** Writes file.br and file.gz beside each file of the folder that is worth it. */
export declare function compressPage(folder: string): void
