/** The settings of the directory that names and pictures come from. */
import { z } from 'zod'
import { domainName, flag, lifetime, oneOf, text, wait } from '../config-values.ts'
import type { Configuration } from '../configuration.ts'
import { secretIn, secretProblems } from '../secret-setting.ts'
import type { DirectorySource } from './directory-source.ts'

const attributes = z.strictObject({
  address: text.default('mail'),
  name: text.default('displayName'),
  picture: text.default('jpegPhoto'),
})

export const directorySettings = z.strictObject({
  url: text
    .regex(/^ldaps?:\/\/[^/\s]+\/?$/, 'expected a URL as ldaps://ldap.example.com')
    .optional(),
  startTls: flag.default(false),
  ca: text.optional(),
  bindDn: text.optional(),
  bindPassword: text.optional(),
  bindPasswordFile: text.optional(),
  base: text.optional(),
  filter: text.default('(mail=*)'),
  attributes: attributes.prefault({}),
  domain: domainName.optional(),
  timeout: wait.default(30),
  lock: flag.default(false),
  names: oneOf(['missing', 'always', 'never']).default('missing'),
  every: lifetime.optional(),
})

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
