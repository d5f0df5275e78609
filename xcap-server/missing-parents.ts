/** Says what is missing above a node or document that cannot be put, and how far the way to it goes. RFC 4825 §8.2.1, §11.1. */
import { buildXcapUri } from '../core/uri/xcap-uri.ts'
import { NoParent } from './conflicts.ts'
import type { LocatedDocument } from './document-locator.ts'

export interface MissingParents {
  /** Folders cannot be made. */
  folder(located: LocatedDocument): NoParent
  document(located: LocatedDocument): NoParent
  /** `steps`: of the node selector, so many lead to elements that exist. */
  element(located: LocatedDocument, phrase: string, steps: number): NoParent
}

/** `rootUrl`: absolute URL of the XCAP root. */
export function createMissingParents({ rootUrl }: { rootUrl: string }): MissingParents {
  function homeOf({ usage, uri: { auid, xui } }: LocatedDocument): string {
    return (
      rootUrl + buildXcapUri({ auid, path: usage.folders(auid), ...(xui !== undefined && { xui }) })
    )
  }

  return {
    folder: (located) => {
      const path = located.usage.folders(located.uri.auid)
      const where = path.length === 0 ? 'in the home itself' : `in the folder ${path.join('/')}`
      return new NoParent(`There is no such folder: documents stand ${where}.`, homeOf(located))
    },
    document: (located) =>
      new NoParent('There is no such document: put it whole first.', homeOf(located)),
    element: (located, phrase, steps) => {
      const { auid, xui, path, node = [], query } = located.uri
      const document = { auid, path, ...(xui !== undefined && { xui }) }
      // The prefixes of the steps that are left are bound where the client bound them.
      const bindings = query === undefined ? {} : { query }
      const ancestor =
        steps === 0 ? document : { ...document, node: node.slice(0, steps), ...bindings }
      return new NoParent(phrase, rootUrl + buildXcapUri(ancestor))
    },
  }
}
