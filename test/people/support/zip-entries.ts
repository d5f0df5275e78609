/** The files of a zip archive, by its central directory. APPNOTE.TXT §4.3.12 */
import { inflateRawSync } from 'node:zlib'

const ENTRY = 0x02014b50
const DEFLATED = 8

export function zipEntries(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  // In the end record: where the directory begins. It has no comment.
  let place = archive.readUInt32LE(archive.length - 22 + 16)
  while (archive.readUInt32LE(place) === ENTRY) {
    const method = archive.readUInt16LE(place + 10)
    const size = archive.readUInt32LE(place + 20)
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((at) =>
      archive.readUInt16LE(place + at),
    )
    const local = archive.readUInt32LE(place + 42)
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const bytes = archive.subarray(start, start + size)
    const path = archive.toString('utf8', place + 46, place + 46 + name)
    files.set(path, method === DEFLATED ? inflateRawSync(bytes) : bytes)
    place += 46 + name + extra + comment
  }
  return files
}
