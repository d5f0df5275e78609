/** Dialog information: the calls of a user and how far each has come. RFC 4235 §4. */
import { schemaError, type Reading } from './reading.ts'
import {
  attributeOf,
  elementsOf,
  isNamed,
  textOf,
  xmlAttribute,
  xmlElement,
  type XmlAttribute,
  type XmlElement,
} from './xml-element.ts'
import { writeXml } from './xml-writer.ts'

export const DIALOG_INFO_NAMESPACE = 'urn:ietf:params:xml:ns:dialog-info'
export const DIALOG_INFO_MEDIA_TYPE = 'application/dialog-info+xml'

const STATES = ['trying', 'proceeding', 'early', 'confirmed', 'terminated'] as const
const DIRECTIONS = ['initiator', 'recipient'] as const

export type DialogState = (typeof STATES)[number]

export interface DialogInfo {
  /** Orders the documents of one subscription. §4.1 */
  readonly version: number
  /** `partial`: only the dialogs that changed. */
  readonly state: 'full' | 'partial'
  /** URI of the observed user as written; empty: it does not say. */
  readonly entity: string
  readonly dialogs: readonly Dialog[]
  /** Elements of other namespaces. */
  readonly extensions: readonly XmlElement[]
}

/** One dialog, or the half of one that an INVITE makes. §4.1.1 */
export interface Dialog {
  /** The publisher's own name for it. */
  readonly id: string
  readonly callId?: string
  readonly localTag?: string
  readonly remoteTag?: string
  readonly direction?: (typeof DIRECTIONS)[number]
  readonly state: DialogState
  /** What ended it, as `remote-bye`. §4.1.2 */
  readonly event?: string
  /** Status of the response that ended it. §4.1.2 */
  readonly code?: string
  /** Duration, participants and whatever else stands beside the state. */
  readonly details: readonly XmlElement[]
}

/** Strict in what orders calls, lenient in what only describes the document: RFC 4235 §4.1 itself writes `notify-state`. */
export function parseDialogInfo(root: XmlElement): Reading<DialogInfo> {
  if (!isNamed(root, DIALOG_INFO_NAMESPACE, 'dialog-info')) {
    return schemaError('the root is not dialog-info')
  }
  const dialogs: Dialog[] = []
  const extensions: XmlElement[] = []
  for (const child of elementsOf(root)) {
    if (child.namespace !== DIALOG_INFO_NAMESPACE) extensions.push(child)
    else if (child.name === 'dialog') {
      const dialog = parseDialog(child)
      if (dialog.error !== undefined) return dialog
      dialogs.push(dialog.value)
    } else return schemaError(`dialog-info holds an unknown element ${child.name}`)
  }
  const version = attributeOf(root, 'version')?.trim() ?? ''
  return {
    value: {
      version: /^\d{1,10}$/.test(version) ? Number(version) : 0,
      state: attributeOf(root, 'state') === 'partial' ? 'partial' : 'full',
      entity: attributeOf(root, 'entity')?.trim() ?? '',
      dialogs,
      extensions,
    },
  }
}

/** Compact. */
export function serializeDialogInfo(info: DialogInfo): string {
  const attributes = [
    xmlAttribute('version', String(info.version)),
    xmlAttribute('state', info.state),
    xmlAttribute('entity', info.entity),
  ]
  const children = [...info.dialogs.map(dialogElement), ...info.extensions]
  const root = xmlElement(DIALOG_INFO_NAMESPACE, 'dialog-info', children, attributes)
  return writeXml(root, new Map([[DIALOG_INFO_NAMESPACE, '']]))
}

function parseDialog(element: XmlElement): Reading<Dialog> {
  const id = attributeOf(element, 'id')
  if (id === undefined) return schemaError('a dialog has no id')
  const children = elementsOf(element)
  const said = children.find((child) => isNamed(child, DIALOG_INFO_NAMESPACE, 'state'))
  const text = said && textOf(said).toLowerCase()
  const state = STATES.find((one) => one === text)
  // Kamailio writes `Trying`.
  if (!said || !state) return schemaError(`dialog ${id} has no state that is known`)
  const direction = DIRECTIONS.find((one) => one === attributeOf(element, 'direction'))
  return {
    value: {
      id,
      ...present('callId', attributeOf(element, 'call-id')),
      ...present('localTag', attributeOf(element, 'local-tag')),
      ...present('remoteTag', attributeOf(element, 'remote-tag')),
      ...(direction ? { direction } : {}),
      state,
      ...present('event', attributeOf(said, 'event')),
      ...present('code', attributeOf(said, 'code')),
      details: children.filter((child) => child !== said),
    },
  }
}

/** An empty value says as little as none. */
function present<K extends string>(key: K, value: string | undefined): { [k in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [k in K]: string })
}

function dialogElement(dialog: Dialog): XmlElement {
  const { id, callId, localTag, remoteTag, direction, state, event, code } = dialog
  const attributes = given({
    id: id,
    'call-id': callId,
    'local-tag': localTag,
    'remote-tag': remoteTag,
    direction,
  })
  const said = xmlElement(DIALOG_INFO_NAMESPACE, 'state', [state], given({ event, code }))
  return xmlElement(DIALOG_INFO_NAMESPACE, 'dialog', [said, ...dialog.details], attributes)
}

function given(values: Readonly<Record<string, string | undefined>>): XmlAttribute[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [xmlAttribute(name, value)],
  )
}
