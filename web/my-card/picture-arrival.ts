/** Pictures that are pasted or dropped. HTML §6.11 drag and drop, Clipboard API §5. */

export interface FileSource {
  readonly files: ArrayLike<File>
  readonly types: readonly string[]
}

/** A picture before anything else; of what is none, the dialog says so. */
export function fileIn({ files }: Pick<FileSource, 'files'>): File | undefined {
  const all = Array.from(files)
  return all.find(({ type }) => type.startsWith('image/')) ?? all[0]
}

/** Undefined: text is meant, as a word processor gives its words as a picture too. */
export function pastedPicture(source: FileSource, isIntoField: boolean): File | undefined {
  if (isIntoField && source.types.includes('text/plain')) return undefined
  const file = fileIn(source)
  return file?.type.startsWith('image/') ? file : undefined
}

/** Follows pictures that are pasted anywhere on the page while no dialog is open. Gives what ends it. */
export function followPastes(onPicture: (file: File) => void): () => void {
  const paste = (event: ClipboardEvent) => {
    if (!event.clipboardData || document.querySelector('dialog[open]')) return
    const isIntoField = event.target instanceof Element && event.target.matches('input, textarea')
    const file = pastedPicture(event.clipboardData, isIntoField)
    if (!file) return
    event.preventDefault()
    onPicture(file)
  }
  document.addEventListener('paste', paste)
  return () => {
    document.removeEventListener('paste', paste)
  }
}

/** A file that is dropped beside its place would take the page away. Gives what ends it. */
export function guardAgainstDrops(): () => void {
  const keep = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files') || event.defaultPrevented) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'none'
  }
  document.addEventListener('dragover', keep)
  document.addEventListener('drop', keep)
  return () => {
    document.removeEventListener('dragover', keep)
    document.removeEventListener('drop', keep)
  }
}
