/** Which document each RLS service stands in. RFC 4826 §4.4.5. */
import type { DocumentId } from './document-id.ts'

export interface RlsServicePlaces {
  /** Replaces what the document held before. `services`: keys of their names. */
  set(id: DocumentId, services: readonly string[]): void
  of(service: string): DocumentId | undefined
  readonly size: number
}

export function createRlsServicePlaces(): RlsServicePlaces {
  /** By tree and path. */
  const byDocument = new Map<string, readonly string[]>()
  const byService = new Map<string, DocumentId>()
  return {
    set(id, services) {
      const document = nameOf(id)
      for (const service of byDocument.get(document) ?? []) {
        const place = byService.get(service)
        if (place && nameOf(place) === document) byService.delete(service)
      }
      for (const service of services) byService.set(service, id)
      if (services.length > 0) byDocument.set(document, services)
      else byDocument.delete(document)
    },
    of: (service) => byService.get(service),
    get size() {
      return byService.size
    },
  }
}

function nameOf({ tree, path }: DocumentId): string {
  return `${tree}/${path}`
}
