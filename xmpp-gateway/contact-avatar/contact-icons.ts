/** The status icons of XMPP contacts, one document each, beside those of SIP users. OMA Presence SIMPLE Content XDM. */
import { parsePresContent } from '../../core/documents/pres-content.ts'
import { DEFAULT_XML_LIMITS, readDocument } from '../../core/documents/xml-reader.ts'
import { PRES_CONTENT, STATUS_ICON_FOLDER, type DocumentId } from '../../core/model/document-id.ts'
import type { IconImage } from '../../core/model/icon-document.ts'
import { iconDocument, storedIcon, type IconHashes } from '../../core/model/stored-icon.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'

/** All reject when the store does. */
export interface ContactIcons {
  /** The id by which the contact announced what is stored of him; undefined: nothing is. */
  idOf(contact: Aor): Promise<string | undefined>
  /** `id`: SHA-1 of the picture as the contact has it, which the icon may be made of. */
  put(contact: Aor, icon: IconImage, id: string): Promise<void>
  remove(contact: Aor): Promise<void>
}

/** Whether an operator has locked the icon of somebody, so that only administrators change it. */
export type IsIconLocked = (owner: Aor) => Promise<boolean>

/** The id stands in the document, so that a restart asks for no picture again. */
const DESCRIPTION = /^XMPP avatar ([0-9a-f]{40})$/
const XML_LIMITS = { ...DEFAULT_XML_LIMITS, maxLength: 1024 * 1024 }

export function createContactIcons({
  documents,
  hashes,
  isIconLocked = () => Promise.resolve(false),
}: {
  documents: Pick<DocumentStore, 'get' | 'put' | 'delete'>
  hashes: IconHashes
  /** Absent: nobody's is. */
  isIconLocked?: IsIconLocked | undefined
}): ContactIcons {
  return {
    async idOf(contact) {
      const stored = await documents.get(documentOf(contact))
      return stored && idIn(stored.body)
    },
    async put(contact, icon, id) {
      if (await isIconLocked(contact)) return
      const document = iconDocument(icon, `XMPP avatar ${id}`)
      const content = storedIcon(document, icon, { owner: contact, hashes })
      await documents.put(documentOf(contact), content, {})
    },
    async remove(contact) {
      if (await isIconLocked(contact)) return
      await documents.delete(documentOf(contact), {})
    },
  }
}

function idIn(body: Uint8Array): string | undefined {
  const read = readDocument(body, parsePresContent, XML_LIMITS)
  if (read.error !== undefined) return undefined
  return DESCRIPTION.exec(read.value.descriptions[0]?.text ?? '')?.[1]
}

function documentOf(contact: Aor): DocumentId {
  return { auid: PRES_CONTENT, tree: contact, path: `${STATUS_ICON_FOLDER}/xmpp-avatar` }
}
