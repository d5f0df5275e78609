/** The person that a path below `/icons` or `/u` names. */
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { NotFound } from './http-errors.ts'

/** Throws `NotFound` where no address of record stands. */
export function personIn(path: string, folder: string): Aor {
  const [segment = '', ...deeper] = path.slice(folder.length + 1).split('/')
  const address = deeper.length > 0 ? undefined : parseAor(decoded(segment))
  if (!address) throw new NotFound()
  return address
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
