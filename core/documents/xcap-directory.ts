/** XCAP directory: which documents a user has. OMA xdm_xcapDirectory-v1_0. */
import { schemaError, type Reading } from './reading.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlElement,
} from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

export const XCAP_DIRECTORY_NAMESPACE = 'urn:oma:xml:xdm:xcap-directory'
export const XCAP_DIRECTORY_MEDIA_TYPE = 'application/vnd.oma.xcap-directory+xml'

export interface DirectoryFolder {
  /** Of the application usage whose documents stand in it. */
  readonly auid: string
  readonly entries: readonly DirectoryEntry[]
  /** An HTTP status, in place of the entries: the folder could not be listed. */
  readonly errorCode?: string
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

export interface DirectoryEntry {
  /** Absolute. */
  readonly uri: string
  /** Without quotes. */
  readonly etag: string
  /** RFC 3339. */
  readonly lastModified?: string
  /** In bytes. */
  readonly size?: number
}

export function parseXcapDirectory(root: XmlElement): Reading<readonly DirectoryFolder[]> {
  if (!isNamed(root, XCAP_DIRECTORY_NAMESPACE, 'xcap-directory')) {
    return schemaError('the root is not xcap-directory')
  }
  const folders: DirectoryFolder[] = []
  for (const element of elementsOf(root)) {
    if (!isNamed(element, XCAP_DIRECTORY_NAMESPACE, 'folder')) continue
    const auid = attributeOf(element, 'auid')
    if (auid === undefined) return schemaError('a folder has no auid')
    const folder = parseFolder(element, auid)
    if (!folder) return schemaError(`an entry of folder ${auid} has no uri or no etag`)
    folders.push(folder)
  }
  return { value: folders }
}

export function serializeXcapDirectory(folders: readonly DirectoryFolder[]): string {
  const root = xmlElement(XCAP_DIRECTORY_NAMESPACE, 'xcap-directory', folders.map(folderElement))
  return writeXml(root, new Map([[XCAP_DIRECTORY_NAMESPACE, '']]))
}

function parseFolder(element: XmlElement, auid: string): DirectoryFolder | undefined {
  const entries: DirectoryEntry[] = []
  const extensions: XmlElement[] = []
  let errorCode: string | undefined
  for (const child of elementsOf(element)) {
    if (child.namespace !== XCAP_DIRECTORY_NAMESPACE) extensions.push(child)
    else if (child.name === 'error-code') errorCode = textOf(child)
    else if (child.name === 'entry') {
      const entry = parseEntry(child)
      if (!entry) return undefined
      entries.push(entry)
    }
  }
  return { auid, entries, ...(errorCode === undefined ? {} : { errorCode }), extensions }
}

function parseEntry(element: XmlElement): DirectoryEntry | undefined {
  const uri = attributeOf(element, 'uri')
  const etag = attributeOf(element, 'etag')
  if (uri === undefined || etag === undefined) return undefined
  const lastModified = attributeOf(element, 'last-modified')
  const size = attributeOf(element, 'size')
  return {
    uri,
    etag,
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(size !== undefined && /^\d+$/.test(size) ? { size: Number(size) } : {}),
  }
}

function folderElement({ auid, entries, errorCode, extensions }: DirectoryFolder): XmlElement {
  // Entries or one error code, never both.
  const content =
    errorCode === undefined
      ? entries.map(entryElement)
      : [xmlElement(XCAP_DIRECTORY_NAMESPACE, 'error-code', [errorCode])]
  const children = [...content, ...extensions]
  return xmlElement(XCAP_DIRECTORY_NAMESPACE, 'folder', children, [xmlAttribute('auid', auid)])
}

function entryElement({ uri, etag, lastModified, size }: DirectoryEntry): XmlElement {
  const attributes = [xmlAttribute('uri', uri), xmlAttribute('etag', etag)]
  if (lastModified !== undefined) attributes.push(xmlAttribute('last-modified', lastModified))
  if (size !== undefined) attributes.push(xmlAttribute('size', String(size)))
  return xmlElement(XCAP_DIRECTORY_NAMESPACE, 'entry', [], attributes)
}
