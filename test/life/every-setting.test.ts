/** Each setting that the configuration knows, changed and read again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { configurationSchema } from '../../service/config-schema.ts'
import { readConfiguration } from '../../service/config.ts'
import type { Configuration } from '../../service/configuration.ts'
import { settingAt } from '../../service/life/changed-settings.ts'
import { createSettings } from '../../service/life/settings.ts'

const CONFIGURATION = readConfiguration({
  environment: {},
  flags: { domains: ['example.com'] },
  folder: '/nowhere',
})

/** `sip.trustedPeers`; what has no sections by its name alone. */
function keys(): string[] {
  return Object.entries(configurationSchema.shape).flatMap(([name, schema]) => {
    const section = schema instanceof z.ZodPrefault ? schema.unwrap() : schema
    if (!(section instanceof z.ZodObject)) return [name]
    return Object.keys(section.shape).map((member) => `${name}.${member}`)
  })
}

/** The configuration with something else there. */
function withOther(key: string): Configuration {
  const [name = '', member] = key.split('.')
  const all = { ...CONFIGURATION } as unknown as Record<string, unknown>
  const value = key === 'domains' ? [...CONFIGURATION.domains, { name: 'example.org' }] : ['other']
  all[name] =
    member === undefined ? value : { ...(all[name] as Record<string, unknown>), [member]: value }
  return all as unknown as Configuration
}

for (const key of keys()) {
  test(`${key}: is in force after a reload, or named as what cannot be changed`, () => {
    const settings = createSettings(CONFIGURATION)
    const heard: string[] = []
    settings.onChange((changed) => heard.push(...changed))
    const next = withOther(key)
    const { changed, needRestart } = settings.use(next)
    assert.deepEqual([...changed, ...needRestart], [key])
    assert.deepEqual(heard, changed)
    const expected = changed.length > 0 ? next : CONFIGURATION
    assert.deepEqual(settingAt(settings.configuration, key), settingAt(expected, key))
  })
}

test('what domains take over from everybody is named with them where they cannot change', () => {
  const others = {
    ...CONFIGURATION,
    domains: [{ ...CONFIGURATION.domains[0]!, name: 'other.org' }],
  }
  const next = {
    ...others,
    presence: { ...CONFIGURATION.presence, defaultPolicy: 'block' as const },
    icons: { ...CONFIGURATION.icons, approval: 'required' as const },
  }
  const { changed, needRestart } = createSettings(CONFIGURATION).use(next)
  assert.deepEqual(changed, [])
  assert.deepEqual([...needRestart].sort(), ['domains', 'icons.approval', 'presence.defaultPolicy'])
})
