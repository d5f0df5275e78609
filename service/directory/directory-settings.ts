/** The settings of the directory that names and pictures come from. */
import { z } from 'zod'
import { domainName, flag, lifetime, oneOf, text, wait } from '../config-values.ts'

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
