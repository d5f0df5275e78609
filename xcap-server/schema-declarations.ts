/** The names that schemas declare: a namespace whose schema is held may not be used for others, not even where a schema is open. RFC 4825 §8.2.5. */
import {
  attributeOf,
  elementsOf,
  XML_NAMESPACE,
  type XmlElement,
} from '../core/documents/xml-element.ts'
import { references, XML_SCHEMA_NAMESPACE, type SchemaFiles } from './schema-files.ts'

interface NamespaceDeclarations {
  /** Elements that may stand wherever their namespace may. */
  readonly elements: Set<string>
  /** Elements that stand only where a type of the schema has them. */
  readonly localElements: Set<string>
  readonly attributes: Set<string>
  /** Namespaces whose types it can use. */
  readonly imports: Set<string>
}

export type SchemaDeclarations = ReadonlyMap<string, NamespaceDeclarations>

export function collectDeclarations({ main, byUrl }: SchemaFiles): SchemaDeclarations {
  const declarations = new Map<string, NamespaceDeclarations>()
  const seen = new Set<string>()

  function collect(url: string, includer: string): void {
    const root = byUrl.get(url)?.root
    if (!root) return
    // A schema without a namespace takes that of whoever includes it. XML Schema Part 1 §4.2.1
    const namespace = attributeOf(root, 'targetNamespace') ?? includer
    const visit = `${namespace} ${url}`
    if (seen.has(visit)) return
    seen.add(visit)
    addTo(declarationsOf(declarations, namespace), root)
    for (const reference of references(root, url)) collect(reference, namespace)
  }

  collect(main, '')
  // Elements without a namespace are the business of the schema alone, xml: attributes everybody's.
  declarations.delete('')
  declarations.delete(XML_NAMESPACE)
  return declarations
}

/** Says which element or attribute no schema of its namespace declares, if one is there. The root is known to be declared. */
export function undeclaredIn(
  element: XmlElement,
  declarations: SchemaDeclarations,
): string | undefined {
  const undeclared = undeclaredAttribute(element, declarations)
  if (undeclared !== undefined) return undeclared
  let last: XmlElement | undefined
  for (const child of element.children) {
    if (typeof child === 'string') continue
    // Lists are long rows of one name.
    const isKnown = last?.name === child.name && last.namespace === child.namespace
    last = child
    const found =
      (isKnown ? undefined : undeclaredElement(child, element, declarations)) ??
      undeclaredIn(child, declarations)
    if (found !== undefined) return found
  }
  return undefined
}

function undeclaredElement(
  { namespace, name }: XmlElement,
  parent: XmlElement,
  declarations: SchemaDeclarations,
): string | undefined {
  const known = declarations.get(namespace)
  if (!known || known.elements.has(name)) return undefined
  if (!known.localElements.has(name)) return `${namespace} has no element ${name}.`
  if (mayHoldLocals(parent.namespace, namespace, declarations)) return undefined
  return `The element ${name} of ${namespace} may not stand inside ${parent.name}.`
}

function undeclaredAttribute(
  { name, attributes }: XmlElement,
  declarations: SchemaDeclarations,
): string | undefined {
  for (const attribute of attributes) {
    if (attribute.namespace === '') continue
    if (declarations.get(attribute.namespace)?.attributes.has(attribute.name) === false) {
      return `${attribute.namespace} has no attribute ${attribute.name}, which stands at ${name}.`
    }
  }
  return undefined
}

/** An element of one namespace can have a type of another, as the lists in RLS services have (RFC 4826 §4.2). */
function mayHoldLocals(parent: string, child: string, declarations: SchemaDeclarations): boolean {
  return parent === child || declarations.get(parent)?.imports.has(child) === true
}

function declarationsOf(
  declarations: Map<string, NamespaceDeclarations>,
  namespace: string,
): NamespaceDeclarations {
  const present = declarations.get(namespace)
  if (present) return present
  const fresh: NamespaceDeclarations = {
    elements: new Set(),
    localElements: new Set(),
    attributes: new Set(),
    imports: new Set(),
  }
  declarations.set(namespace, fresh)
  return fresh
}

function addTo(known: NamespaceDeclarations, schema: XmlElement): void {
  const qualified = attributeOf(schema, 'attributeFormDefault') === 'qualified'
  for (const element of elementsOf(schema)) {
    const name = attributeOf(element, 'name')
    if (isSchema(element, 'import')) known.imports.add(attributeOf(element, 'namespace') ?? '')
    if (isSchema(element, 'element') && name !== undefined) known.elements.add(name)
    if (isSchema(element, 'attribute') && name !== undefined) known.attributes.add(name)
    addLocals(known, element, qualified)
  }
}

function addLocals(known: NamespaceDeclarations, parent: XmlElement, qualified: boolean): void {
  for (const element of elementsOf(parent)) {
    const name = attributeOf(element, 'name')
    if (name !== undefined) {
      if (isSchema(element, 'element')) known.localElements.add(name)
      const form = attributeOf(element, 'form') ?? (qualified ? 'qualified' : 'unqualified')
      if (isSchema(element, 'attribute') && form === 'qualified') known.attributes.add(name)
    }
    addLocals(known, element, qualified)
  }
}

function isSchema({ namespace, name }: XmlElement, wanted: string): boolean {
  return name === wanted && namespace === XML_SCHEMA_NAMESPACE
}
