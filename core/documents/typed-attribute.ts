/** Attributes that are more than text: numbers, and words of a fixed choice. XML Schema §3.3. */
import { attributeOf, type XmlElement } from './xml-element.ts'

/** A non-negative integer; undefined when it is absent, or none. */
export function numberOf(element: XmlElement, name: string): number | undefined {
  const digits = attributeOf(element, name)?.trim()
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}

/** The known word that it is; undefined when it is absent, or another. */
export function oneOf<T extends string>(
  known: readonly T[],
  value: string | undefined,
): T | undefined {
  return known.find((one) => one === value)
}
