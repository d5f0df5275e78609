/** Which documents a person has on an XCAP server. OMA XDM, xcap-directory. */
import {
  parseXcapDirectory,
  XCAP_DIRECTORY_MEDIA_TYPE,
  type DirectoryFolder,
} from '../core/documents/xcap-directory.ts'
import type { Abortable } from './abortable.ts'
import type { XcapClient } from './xcap-client.ts'
import { readDocument } from './xml-reader.ts'

export interface XcapDirectory {
  readonly folders: readonly DirectoryFolder[]
  /** As received. */
  readonly xml: string
}

export class DirectoryUnreadable extends Error {
  override readonly name = 'DirectoryUnreadable'
}

const AUID = 'org.openmobilealliance.xcap-directory'

/** Rejects as `XcapClient` does, and with `DirectoryUnreadable`. */
export async function getXcapDirectory(
  xcap: XcapClient,
  xui: string,
  { signal }: Abortable = {},
): Promise<XcapDirectory> {
  const uri = { auid: AUID, xui, path: ['directory.xml'] }
  const { body } = await xcap.get(uri, { accept: XCAP_DIRECTORY_MEDIA_TYPE, signal })
  const xml = new TextDecoder().decode(body)
  const directory = readDocument(xml, parseXcapDirectory)
  if (directory.error !== undefined) {
    throw new DirectoryUnreadable(`the server's xcap-directory is unreadable: ${directory.detail}`)
  }
  return { folders: directory.value, xml }
}

/** Path of a document below the person's home in its application usage: `index`, `oma_status-icon/photo.png`. */
export function pathInHome(entryUri: string): string {
  const below = /\/(?:users\/[^/]+|global)\/(.+)$/.exec(entryUri)?.[1] ?? entryUri
  try {
    return decodeURIComponent(below)
  } catch {
    return below
  }
}
