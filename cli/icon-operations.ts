/** PUT, GET, DELETE and LIST of icons, as the terminal shows them. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import type { IconClient } from '../client/icon-client.ts'
import { HttpUnreachable } from '../client/http-unreachable.ts'
import type { XcapAnswer } from '../client/xcap-client.ts'
import { XcapError } from '../client/xcap-error.ts'
import type { Progress } from './progress.ts'
import { UsageError } from './usage-error.ts'

export interface IconOperationInput {
  readonly icons: IconClient
  /** A file to PUT; the name of an icon for GET and DELETE. */
  readonly file: string | undefined
  readonly original: boolean
  readonly json: boolean
  readonly progress: Progress
  readonly print: (line: string) => void
}

export type IconOperation = (input: IconOperationInput) => Promise<void>

const MAX_FILE = 64 * 1024 * 1024

async function put({ icons, file, original, json, progress, print }: IconOperationInput) {
  if (file === undefined) throw new UsageError('PUT needs a picture: -f FILE')
  progress.step('reading')
  const bytes = await readPicture(file)
  progress.step('uploading')
  const { answer, name, image } = await namingFile(file, () => icons.put(bytes, { original }))
  progress.end()
  if (json) {
    const { mediaType, bytes: sent } = image
    print(JSON.stringify({ ...answerJson(answer), name, mediaType, bytes: sent.length }))
    return
  }
  // Accepted, and not acted upon yet. RFC 9110 §15.3.3
  const waits = answer.status === 202
  print(waits ? 'Icon uploaded; it waits for approval' : 'Icon uploaded successfully')
  printAnswer(answer, print)
}

async function get(input: IconOperationInput) {
  const { icons, file, json, progress, print } = input
  if (file === undefined) return list(input)
  progress.step('fetching')
  const { answer, mediaType, bytes } = await icons.get(file)
  progress.end()
  const savedTo = await saveBeside(`icon_${file.replace(/[^\w.@-]/g, '_')}`, bytes)
  if (json) {
    print(JSON.stringify({ ...answerJson(answer), mediaType, bytes: bytes.length, savedTo }))
  } else {
    print(`File saved to: ${savedTo}`)
  }
}

async function remove({ icons, file, json, progress, print }: IconOperationInput) {
  if (file === undefined) throw new UsageError('DELETE needs the name of an icon: -f NAME')
  progress.step('deleting')
  const answer = await icons.delete(file)
  progress.end()
  if (json) print(JSON.stringify(answerJson(answer)))
  else printAnswer(answer, print)
}

async function list({ icons, json, progress, print }: IconOperationInput) {
  progress.step('listing')
  const found = await icons.list()
  progress.end()
  if (json) {
    print(JSON.stringify(found))
    return
  }
  print('Icons:')
  for (const { url } of found) print(`\t${url}`)
}

export const ICON_OPERATIONS: Readonly<Record<string, IconOperation>> = {
  PUT: put,
  GET: get,
  DELETE: remove,
  LIST: list,
}

function printAnswer({ status, reason, url, headers }: XcapAnswer, print: (line: string) => void) {
  print(`${status} ${reason} <${url}>`)
  for (const [name, value] of headers) print(`${name}: ${value}`)
}

function answerJson({ status, url, etag, headers }: XcapAnswer) {
  return { status, url, ...(etag !== undefined && { etag }), headers: Object.fromEntries(headers) }
}

async function readPicture(file: string): Promise<Uint8Array> {
  return namingFile(file, async () => {
    const { size } = await stat(file)
    if (size > MAX_FILE) throw new Error('the file is larger than 64 MiB')
    return readFile(file)
  })
}

/** What is wrong with a picture is said with the picture's name. */
async function namingFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof XcapError || error instanceof HttpUnreachable) throw error
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new Error(`${file}: ${FILE_PROBLEMS[code] ?? message}`, { cause: error })
  }
}

const FILE_PROBLEMS: Partial<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'the file may not be read',
  EISDIR: 'it is a folder',
}

/** Under the name, or under `name_0`, `name_1` and so on when it is taken. Never over a file that is there. */
async function saveBeside(name: string, bytes: Uint8Array): Promise<string> {
  for (let number = -1; ; number++) {
    const free = number < 0 ? name : `${name}_${number}`
    try {
      await writeFile(free, bytes, { flag: 'wx' })
      return free
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
