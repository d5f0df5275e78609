/** Crash mark: a file that lies in the store's folder while it is open, and stays there when the process dies. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface CrashMark {
  /** The process that had the store open last did not close it. */
  readonly afterCrash: boolean
  clear(): Promise<void>
}

/** Only for who has the store open. */
export async function setCrashMark(folder: string): Promise<CrashMark> {
  const file = join(folder, 'open')
  const clear = () => rm(file, { force: true })
  try {
    await writeFile(file, '', { flag: 'wx' })
    return { afterCrash: false, clear }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { afterCrash: true, clear }
  }
}
