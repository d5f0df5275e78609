/** Resource lists: whom a person knows, in lists and lists of lists. RFC 4826 §3.4. */
import {
  RESOURCE_LISTS_MEDIA_TYPE,
  RESOURCE_LISTS_NAMESPACE,
} from '../../core/documents/resource-lists.ts'
import { attributeOf, type XmlElement } from '../../core/documents/xml-element.ts'
import { auid } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { ConstraintFailure } from '../conflicts.ts'
import { createDocumentAcceptance } from '../document-validation.ts'
import { flatHome } from '../flat-home.ts'
import { checkUniqueness, type UniqueAttribute } from '../uniqueness.ts'
import type { UsageParts } from '../usage-parts.ts'

const AUID = auid('resource-lists')
const namespace = RESOURCE_LISTS_NAMESPACE

/** Within one parent, by string comparison. RFC 4826 §3.4.5 */
const UNIQUE: readonly UniqueAttribute[] = [
  { namespace, element: 'list', attribute: 'name', free: true },
  { namespace, element: 'entry', attribute: 'uri', free: false },
  { namespace, element: 'entry-ref', attribute: 'ref', free: false },
  { namespace, element: 'external', attribute: 'anchor', free: false },
]

export function createResourceListsUsage(
  parts: Pick<UsageParts, 'documents' | 'schema' | 'xmlLimits'>,
): ApplicationUsage {
  return {
    ...flatHome(AUID, parts.documents),
    defaultNamespace: namespace,
    mediaType: RESOURCE_LISTS_MEDIA_TYPE,
    namespaces: [namespace],
    accept: createDocumentAcceptance({
      mediaType: RESOURCE_LISTS_MEDIA_TYPE,
      root: { namespace, name: 'resource-lists' },
      schema: parts.schema,
      check: (root) => {
        checkLists(root, namespace)
      },
      xmlLimits: parts.xmlLimits,
    }),
  }
}

/** The rules of lists, in whatever document they stand; throws `UniquenessFailure` and `ConstraintFailure`. RFC 4826 §3.4.5 */
export function checkLists(root: XmlElement, defaultNamespace: string): void {
  checkUniqueness(root, UNIQUE, defaultNamespace)
  checkReferences(root)
}

/** What is referred to need not exist, but must be named right. RFC 4826 §3.4.5 */
function checkReferences(element: XmlElement): void {
  if (element.namespace === namespace) {
    const ref = element.name === 'entry-ref' ? attributeOf(element, 'ref') : undefined
    if (ref !== undefined && !isRelativePath(ref)) {
      throw new ConstraintFailure(
        `The ref of an entry-ref must be a path relative to the XCAP root, without a slash at its beginning, not "${ref}".`,
      )
    }
    const anchor = element.name === 'external' ? attributeOf(element, 'anchor') : undefined
    if (anchor !== undefined && !isHttpUri(anchor)) {
      throw new ConstraintFailure(
        `The anchor of an external must be an absolute http or https URI, not "${anchor}".`,
      )
    }
  }
  for (const child of element.children) {
    if (typeof child !== 'string') checkReferences(child)
  }
}

/** RFC 3986 §4.2: path-noscheme, then perhaps a query. White space around a URI is not of it, as in xs:anyURI. */
function isRelativePath(ref: string): boolean {
  return /^[^/:?#][^:?#/]*(?:[/?][^#]*)?$/.test(ref.trim())
}

function isHttpUri(anchor: string): boolean {
  // DEVIATION: Blink escapes the whole URI, as http%3A//….
  return /^https?(?::|%3A)\/\/[^/?#\s]/i.test(anchor.trim())
}
