/** Steps of node selectors, written so that they select exactly one element. RFC 4825 §6.3. */

/** `list[@name="friends"]` */
export function stepByAttribute(element: string, attribute: string, value: string): string {
  return `${element}[@${attribute}="${value.replace(/[&<"]/g, (c) => REFERENCES[c] ?? c)}"]`
}

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' }

/**
 * By the attribute where only this one of its siblings has the value, otherwise by place.
 * @param siblings all elements of the name under one parent
 */
export function stepAmong<T>(
  siblings: readonly T[],
  one: T,
  {
    element,
    attribute,
    valueOf,
  }: { element: string; attribute: string; valueOf: (sibling: T) => string | undefined },
): string {
  const value = valueOf(one)
  const same = siblings.filter((sibling) => valueOf(sibling) === value)
  return value !== undefined && same.length === 1
    ? stepByAttribute(element, attribute, value)
    : `${element}[${siblings.indexOf(one) + 1}]`
}
