/** List notification: meta-information of a list and the state of its resources, as one body. RFC 4662 §4.5, §5. */
import {
  RLMI_MEDIA_TYPE,
  serializeRlmi,
  type ListedResource,
  type ResourceListInfo,
} from '../../core/documents/rlmi.ts'
import { writeMultipart, type BodyPart } from '../../core/sip/multipart.ts'
import { randomToken } from '../../core/sip/random-token.ts'
import type { Standing, VirtualBody } from './virtual-subscription.ts'

export interface ToldResource extends Pick<ListedResource, 'uri' | 'names'> {
  /** Absent: its state is not known yet. */
  readonly standing?: Standing | undefined
  /** Of an active one. */
  readonly body?: VirtualBody | undefined
}

export interface ListNotification extends Pick<
  ResourceListInfo,
  'uri' | 'version' | 'fullState' | 'names'
> {
  readonly resources: readonly ToldResource[]
  /** Content-ID as liblinphone 5 wants it. */
  readonly bareContentIds: boolean
}

/** There is one notifier for each resource, hence one instance. RFC 4662 §5.5 */
const INSTANCE = '1'

export function listNotification(list: ListNotification): { text: string; contentType: string } {
  const boundary = randomToken()
  const contentId = (part: number) => `${part}.${boundary}@visage.invalid`
  const parts: BodyPart[] = []
  const resources = list.resources.map(({ uri, names, standing, body }): ListedResource => {
    if (!standing || (standing.state === 'active' && !body)) return { uri, names, instances: [] }
    const instance = { id: INSTANCE, extensions: [], ...standing }
    if (!body) return { uri, names, instances: [instance] }
    const cid = contentId(parts.length + 1)
    parts.push(bodyPart(cid, body, list.bareContentIds))
    return { uri, names, instances: [{ ...instance, cid }] }
  })
  const { uri, version, fullState, names } = list
  const info = serializeRlmi({ uri, version, fullState, names, resources })
  const root = contentId(0)
  const rootPart = { text: info, contentType: RLMI_MEDIA_TYPE }
  return {
    text: writeMultipart(boundary, [bodyPart(root, rootPart, list.bareContentIds), ...parts]),
    // The boundary is no quoted string and stands at the end: liblinphone crashes at anything else.
    contentType: `multipart/related;type="${RLMI_MEDIA_TYPE}";start="<${root}>";boundary=${boundary}`,
  }
}

function bodyPart(id: string, { text, contentType }: VirtualBody, isBare: boolean): BodyPart {
  // DEVIATION: RFC 2045 §7 wants angle brackets; liblinphone 5 finds a part only by Content-Id, spelled so, without them.
  const field = isBare ? `Content-Id: ${id}` : `Content-ID: <${id}>`
  const headers = `Content-Transfer-Encoding: binary\r\n${field}\r\nContent-Type: ${contentType}\r\n`
  return { headers, content: text }
}
