/** The directory that the configuration names, and what must hold between its settings. */
import type { Configuration } from '../configuration.ts'
import { secretIn, secretProblems } from '../secret-setting.ts'
import type { DirectorySource } from './directory-source.ts'

type DirectorySettings = Configuration['directory']

/** One line for each thing that is wrong. */
export function directoryProblems({ directory }: Configuration): string[] {
  const { url, base, startTls, bindDn, every } = directory
  const password = passwordOf(directory)
  if (url === undefined) {
    const isMeant = base !== undefined || every !== undefined
    return isMeant ? ['directory.url: is missing'] : []
  }
  const hasPassword = password.value !== undefined || password.file !== undefined
  return [
    ...(base === undefined ? ['directory.base: is missing'] : []),
    ...(startTls && url.startsWith('ldaps:') ? ['directory.startTls: is for ldap://'] : []),
    // A bind without a password is nobody's. RFC 4513 §5.1.2
    ...(bindDn !== undefined && !hasPassword ? ['directory.bindPassword: is missing'] : []),
    ...secretProblems('directory.bindPassword', password),
  ]
}

/** Undefined: there is none. */
export async function configuredDirectory(
  settings: DirectorySettings,
): Promise<DirectorySource | undefined> {
  const { url, base } = settings
  if (url === undefined || base === undefined) return undefined
  // Whoever has no directory loads no client.
  const { ldapSource } = await import('./ldap-source.ts')
  return ldapSource({ ...settings, url, base, bindPassword: secretIn(passwordOf(settings)) })
}

function passwordOf({ bindPassword, bindPasswordFile }: DirectorySettings) {
  return { value: bindPassword, file: bindPasswordFile }
}
