/** Verification string: the hash that stands for what software can do. XEP-0115 §5. */
import { createHash } from 'node:crypto'
import type { DiscoInfo, Form, Identity } from './disco-info.ts'

/** Undefined: the description contradicts itself, so that no hash may stand for it. XEP-0115 §5.4 */
export function verificationString(info: DiscoInfo): string | undefined {
  const forms = info.forms.filter((form) => form.formType !== undefined)
  const types = forms.map((form) => new Set(form.formType))
  const isIllFormed =
    hasTwice(info.identities.map(writtenIdentity)) ||
    hasTwice(info.features) ||
    hasTwice(forms.map(typeOfForm)) ||
    types.some((values) => values.size > 1)
  return isIllFormed ? undefined : hashed({ ...info, forms })
}

function hashed({ identities, features, forms }: DiscoInfo): string {
  const parts = [
    ...sorted(identities.map(writtenIdentity)),
    ...sorted(features),
    ...[...forms].sort((a, b) => inOctets(typeOfForm(a), typeOfForm(b))).flatMap(writtenForm),
  ]
  return createHash('sha1')
    .update(parts.map((part) => `${part}<`).join(''))
    .digest('base64')
}

function writtenIdentity({ category, type, lang = '', name = '' }: Identity): string {
  return `${category}/${type}/${lang}/${name}`
}

function writtenForm(form: Form): string[] {
  const fields = [...form.fields].sort((a, b) => inOctets(a.name, b.name))
  return [typeOfForm(form), ...fields.flatMap(({ name, values }) => [name, ...sorted(values)])]
}

function typeOfForm({ formType }: Form): string {
  return formType?.[0] ?? ''
}

function hasTwice(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort(inOctets)
}

/** The collation i;octet. RFC 4790 §9.3 */
function inOctets(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
