/** GET, PUT and DELETE of documents and nodes, and the server's capabilities, as the terminal shows them. */
import { readFile, writeFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import { getXcapCaps } from '../client/xcap-caps.ts'
import { createXcapClient, type XcapAnswer, type XcapClient } from '../client/xcap-client.ts'
import { XcapError } from '../client/xcap-error.ts'
import { xcapMediaType } from '../client/xcap-media-types.ts'
import { parseXcapTarget, TargetUnclear, type NamespaceBinding } from '../client/xcap-target.ts'
import type { XcapUri } from '../core/uri/xcap-uri.ts'
import { clientSettings, type ClientFlags, type ClientSettings } from './client-options.ts'
import { UsageError } from './usage-error.ts'
import { isText, printAnswer, printContent, printJson, printList } from './xcap-output.ts'
import { conditionsOf, explaining } from './xcap-problem.ts'
import type { GetFlags, PutFlags, XcapFlags } from './xcap-flags.ts'

export async function getNode(target: string, flags: GetFlags): Promise<void> {
  const { xcap, uri, json } = await open(target, flags)
  const options = flags.ifNoneMatch === undefined ? {} : { ifNoneMatch: flags.ifNoneMatch }
  const answer = await explaining(flags, () => xcap.get(uri, options))
  const { output } = flags
  if (output !== undefined && answer.status !== 304) await writeFile(output, answer.body)
  if (json)
    printJson(answer, { ...(output === undefined ? contentJson(answer) : { savedTo: output }) })
  else if (answer.status === 304) printAnswer(answer)
  else if (output === undefined) printContent(answer.body)
  else printAnswer(answer, [`saved to: ${output}`])
}

export async function putNode(
  target: string,
  file: string | undefined,
  flags: PutFlags,
): Promise<void> {
  if ((file === undefined) === (flags.text === undefined)) {
    throw new UsageError('PUT needs one content: a file, - for standard input, or --text')
  }
  const { xcap, uri, json } = await open(target, flags)
  const contentType = flags.type ?? xcapMediaType(uri) ?? (await typeOfStored(xcap, uri))
  const given = flags.text === undefined ? await contentOf(file ?? '') : Buffer.from(flags.text)
  const body = uri.node === undefined ? given : withoutSpaceAround(given)
  const answer = await explaining(flags, () =>
    xcap.put(uri, { contentType, body }, conditionsOf(flags)),
  )
  if (json) printJson(answer)
  else printAnswer(answer)
}

export async function deleteNode(target: string, flags: XcapFlags): Promise<void> {
  const { xcap, uri, json } = await open(target, flags)
  const answer = await explaining(flags, () => xcap.delete(uri, conditionsOf(flags)))
  if (json) printJson(answer)
  else printAnswer(answer)
}

export async function showCaps(flags: ClientFlags): Promise<void> {
  const settings = await clientSettings(flags)
  const { auids, extensions, namespaces } = await explaining(flags, () =>
    getXcapCaps(client(settings)),
  )
  if (settings.json) {
    process.stdout.write(`${JSON.stringify({ auids, extensions, namespaces })}\n`)
    return
  }
  printList('Application usages', auids)
  printList('Namespaces', namespaces)
  if (extensions.length > 0) printList('Extensions', extensions)
}

async function open(target: string, flags: XcapFlags) {
  const bindings = (flags.xmlns ?? []).map(bindingOf)
  const settings = await clientSettings(flags)
  const { xcapRoot, aor: xui, json } = settings
  try {
    const uri = parseXcapTarget(target, { xcapRoot, xui, bindings })
    return { xcap: client(settings), uri, json }
  } catch (error) {
    throw error instanceof TargetUnclear ? new UsageError(error.message) : error
  }
}

function client({ xcapRoot, username, password }: ClientSettings): XcapClient {
  return createXcapClient({ xcapRoot, credentials: { username, password } })
}

function bindingOf(text: string): NamespaceBinding {
  const match = /^([^=\s]+)=(.+)$/.exec(text)
  if (!match) throw new UsageError(`${text} binds no prefix; write --xmlns PREFIX=URI`)
  return { prefix: match[1] ?? '', namespace: match[2] ?? '' }
}

async function typeOfStored(xcap: XcapClient, uri: XcapUri): Promise<string> {
  try {
    const { contentType } = await xcap.get(uri)
    if (contentType !== undefined) return contentType
  } catch (error) {
    if (!(error instanceof XcapError && error.status === 404)) throw error
  }
  throw new UsageError(`what type a document of ${uri.auid} has is not known here: use --type`)
}

async function contentOf(file: string): Promise<Uint8Array> {
  if (file === '-') return Buffer.from(await textOf(process.stdin))
  try {
    return await readFile(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(code === 'ENOENT' ? `${file}: there is no such file` : message, {
      cause: error,
    })
  }
}

/** A file ends with a line's end; an element or an attribute's value does not. RFC 4825 §8.2.2 */
function withoutSpaceAround(content: Uint8Array): Uint8Array {
  return Buffer.from(new TextDecoder().decode(content).trim())
}

function contentJson({ status, contentType, body }: XcapAnswer): Record<string, string> {
  if (status === 304) return {}
  return isText(contentType)
    ? { content: new TextDecoder().decode(body) }
    : { contentBase64: Buffer.from(body).toString('base64') }
}
