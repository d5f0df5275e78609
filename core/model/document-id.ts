/** Names a stored document: application usage, whose tree, path in it. RFC 4825 §6.2. */
import type { Aor } from '../uri/aor.ts'

declare const brand: unique symbol

/** Application unique ID, as `resource-lists`. RFC 4825 §5.1. */
export type Auid = string & { readonly [brand]: 'Auid' }

/** The tree of a user, or the one tree that belongs to nobody. */
export type DocumentTree = Aor | 'global'

export interface DocumentId {
  readonly auid: Auid
  /** The owner's account, never an alias of it. */
  readonly tree: DocumentTree
  /** Below the tree, decoded, without a leading slash: `index`, `oma_status-icon/photo.png`. */
  readonly path: string
}

export function auid(text: string): Auid {
  return text as Auid
}

/** Where every status icon stands, whichever of its two URLs named it. OMA Presence SIMPLE Content XDM. */
export const PRES_CONTENT: Auid = auid('org.openmobilealliance.pres-content')
/** Status icons that wait for an administrator's approval, under the names that they are to have. */
export const HELD_ICON: Auid = auid('org.visage.held-icon')
/** The folder of the status icons in the pres-content usage. */
export const STATUS_ICON_FOLDER = 'oma_status-icon'

/** Presence authorization rules, under whichever AUID and name they were written. RFC 5025 §9. */
export const PRES_RULES: Auid = auid('pres-rules')
/** Hard state. RFC 4827. */
export const PIDF_MANIPULATION: Auid = auid('pidf-manipulation')
export const RESOURCE_LISTS: Auid = auid('resource-lists')
/** What people may subscribe to as one. RFC 4826 §4. */
export const RLS_SERVICES: Auid = auid('rls-services')
/** Whoever has its index has a public card. */
export const PUBLIC_CARD: Auid = auid('org.visage.public-card')
/** The name of a document that is the only one, or the main one, in a home. */
export const INDEX_DOCUMENT = 'index'
