/** Contact lists: whom a SIP user has in XMPP, by all her resource-lists documents. RFC 4826 §3. */
import { parseResourceLists } from '../../core/documents/resource-lists.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { UNLIMITED_XML } from '../../core/documents/xml-tree-builder.ts'
import { listedContacts } from '../../core/model/contact-groups.ts'
import { RESOURCE_LISTS } from '../../core/model/document-id.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import { aorDomain, parseAor, type Aor } from '../../core/uri/aor.ts'
import { contactAor } from '../address/sip-address.ts'

export interface ContactLists {
  /** Rejects when the store cannot be read. */
  of(user: Aor): Promise<ListedInXmpp>
  /** Whether a contact is of an XMPP domain that may use the gateway. */
  isServed(contact: Aor): boolean
}

interface ListedInXmpp {
  /** Each once, on however many lists. */
  readonly contacts: ReadonlySet<Aor>
  /** False: a document cannot be understood, so that others may stand there. */
  readonly isWhole: boolean
}

export function createContactLists({
  documents,
  contactDomains,
}: {
  documents: Pick<DocumentStore, 'get' | 'list'>
  /** As SIP writes them. */
  contactDomains: readonly string[]
}): ContactLists {
  const isServed = (contact: Aor) => contactDomains.includes(aorDomain(contact))
  return {
    isServed,
    async of(user) {
      const contacts = new Set<Aor>()
      let isWhole = true
      for (const { id } of await documents.list(user, RESOURCE_LISTS)) {
        const stored = await documents.get(id)
        if (!stored) continue
        const read = readDocument(stored.body, parseResourceLists, UNLIMITED_XML)
        if (read.error !== undefined) {
          isWhole = false
          continue
        }
        for (const { address } of listedContacts(read.value)) {
          const contact = parseAor(address)
          if (contact !== undefined && isServed(contact)) contacts.add(contactAor(contact))
        }
      }
      return { contacts, isWhole }
    },
  }
}
