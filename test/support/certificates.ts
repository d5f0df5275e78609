/** The certificates of test/fixtures/tls: an authority, and whom it has signed for. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readCertificateFiles } from '../../service/certificate-files.ts'

export type CertificateName = 'localhost' | 'chat' | 'calls'

/** Paths, as a configuration has them. */
export function certificatePaths(name: CertificateName) {
  return { certificate: path(`${name}.pem`), key: path(`${name}.key`) }
}

/** For a listener; the first is the usual one. */
export function certificates(...names: CertificateName[]) {
  return readCertificateFiles(names.map(certificatePaths), 'tls')
}

export const authorityPath = path('authority.pem')
export const authority = readFileSync(authorityPath)

function path(file: string): string {
  return fileURLToPath(new URL(`../fixtures/tls/${file}`, import.meta.url))
}
