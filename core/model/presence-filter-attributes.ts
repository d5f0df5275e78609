/** Which attributes of a tuple, person or device a watcher may see. RFC 5025 §3.3.2. Pure. */
import { CIPID_NAMESPACE } from '../documents/cipid.ts'
import { DATA_MODEL_NAMESPACE } from '../documents/data-model.ts'
import { isProvidedAttribute, type PresencePermissions } from '../documents/pres-rules.ts'
import { isClass, RPID_NAMESPACE } from '../documents/rpid.ts'
import { isNamed, textOf, type XmlElement } from '../documents/xml-element.ts'
import type { Sight } from './presence-filter-components.ts'

export interface FilterOptions {
  /** Whether CIPID's icon passes where the status icon does. */
  readonly iconWithStatusIcon: boolean
}

export interface AttributeFilter {
  /** What is left of a component's attributes. */
  attributes(elements: readonly XmlElement[], sight: NonNullable<Sight>): readonly XmlElement[]
  /** §3.3.2.13 */
  readonly notes: boolean
  /** Whether CIPID's icon is let through. */
  readonly icon: boolean
}

export function createAttributeFilter(
  permissions: PresencePermissions,
  options: FilterOptions,
): AttributeFilter {
  const isVisible = (element: XmlElement) => isProvided(element, permissions, options)
  return {
    notes: permissions.allAttributes || permissions.attributes.has('note'),
    icon: isIconProvided(permissions, options),
    attributes(elements, { byClasses }) {
      // What is granted by class alone keeps that class: without it filtering again would take all of it away. §4
      const isReason = (element: XmlElement) =>
        isClass(element) && byClasses.includes(textOf(element))
      return elements.flatMap((element) => {
        if (isUserInput(element)) return userInput(element, permissions)
        return isReason(element) || isVisible(element) ? [element] : []
      })
    },
  }
}

function isProvided(
  element: XmlElement,
  permissions: PresencePermissions,
  options: FilterOptions,
): boolean {
  const { attributes, unknownAttributes, allAttributes } = permissions
  const { namespace, name } = element
  if (allAttributes) return true
  if (namespace === RPID_NAMESPACE) {
    // Of a service it is always told. §3.3.2
    return name === 'service-class' || (isProvidedAttribute(name) && attributes.has(name))
  }
  // Of a tuple; that of a device stands apart. §3.3.2.3
  if (isNamed(element, DATA_MODEL_NAMESPACE, 'deviceID')) return attributes.has('deviceID')
  if (isNamed(element, CIPID_NAMESPACE, 'icon')) return isIconProvided(permissions, options)
  return unknownAttributes.some((one) => one.name === name && one.namespace === namespace)
}

/** CIPID has no permission of its own, so to these rules its icon is unknown. §3.3.2.14 */
function isIconProvided(
  { attributes, unknownAttributes, allAttributes }: PresencePermissions,
  { iconWithStatusIcon }: FilterOptions,
): boolean {
  const byName = unknownAttributes.some(
    ({ namespace, name }) => namespace === CIPID_NAMESPACE && name === 'icon',
  )
  // DEVIATION: both elements hold the same picture, and whoever allows the one, as OMA clients do, means the other too.
  return allAttributes || byName || (iconWithStatusIcon && attributes.has('status-icon'))
}

function isUserInput(element: XmlElement): boolean {
  return isNamed(element, RPID_NAMESPACE, 'user-input')
}

/** §3.3.2.12 calls `since` what RFC 4480 calls `last-input`: neither is left, nor what else may tell a time. */
function userInput(element: XmlElement, permissions: PresencePermissions): XmlElement[] {
  const granted = permissions.allAttributes ? 'full' : permissions.userInput
  if (granted === 'false') return []
  if (granted === 'full') return [element]
  const isThreshold = (attribute: { namespace: string; name: string }) =>
    attribute.namespace === '' && attribute.name === 'idle-threshold'
  const attributes = granted === 'thresholds' ? element.attributes.filter(isThreshold) : []
  return [{ ...element, attributes }]
}
