/** Conflicts of XCAP, one class per error element: thrown anywhere, rendered in error-replies.ts. RFC 4825 §11. */
import type { ReadingError, ReadingFailure } from '../core/documents/reading.ts'
import type { NodeEditConflict } from '../core/model/node-edit.ts'
import type { UniquenessConflict, XcapError } from '../core/documents/xcap-error.ts'

export abstract class Conflict extends Error {
  /** Says what is wrong, for the person who wrote the document. */
  abstract readonly report: XcapError
}

class NotWellFormed extends Conflict {
  override readonly name = 'NotWellFormed'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'not-well-formed', phrase }
  }
}

class NotUtf8 extends Conflict {
  override readonly name = 'NotUtf8'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'not-utf-8', phrase }
  }
}

export class SchemaValidationError extends Conflict {
  override readonly name = 'SchemaValidationError'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'schema-validation-error', phrase }
  }
}

export class ConstraintFailure extends Conflict {
  override readonly name = 'ConstraintFailure'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'constraint-failure', phrase }
  }
}

export class NoParent extends Conflict {
  override readonly name = 'NoParent'
  readonly report: XcapError

  /** @param ancestor URI of the closest folder that exists. */
  constructor(phrase: string, ancestor: string) {
    super(phrase)
    this.report = { name: 'no-parent', phrase, ancestor }
  }
}

class NotXmlFragment extends Conflict {
  override readonly name = 'NotXmlFragment'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'not-xml-frag', phrase }
  }
}

class NotXmlAttributeValue extends Conflict {
  override readonly name = 'NotXmlAttributeValue'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'not-xml-att-value', phrase }
  }
}

class CannotInsert extends Conflict {
  override readonly name = 'CannotInsert'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'cannot-insert', phrase }
  }
}

class CannotDelete extends Conflict {
  override readonly name = 'CannotDelete'
  readonly report: XcapError

  constructor(phrase: string) {
    super(phrase)
    this.report = { name: 'cannot-delete', phrase }
  }
}

export class UniquenessFailure extends Conflict {
  override readonly name = 'UniquenessFailure'
  readonly report: XcapError

  constructor(phrase: string, exists: readonly UniquenessConflict[]) {
    super(phrase)
    this.report = { name: 'uniqueness-failure', phrase, exists }
  }
}

const OF_READING: Record<ReadingError, new (phrase: string) => Conflict> = {
  'too-large': ConstraintFailure,
  'not-utf-8': NotUtf8,
  'not-well-formed': NotWellFormed,
  'schema-validation-error': SchemaValidationError,
}

const OF_NODE_EDIT: Record<
  Exclude<NodeEditConflict['conflict'], 'no-parent'>,
  new (phrase: string) => Conflict
> = {
  'not-xml-frag': NotXmlFragment,
  'not-xml-att-value': NotXmlAttributeValue,
  'cannot-insert': CannotInsert,
  'cannot-delete': CannotDelete,
  'constraint-failure': ConstraintFailure,
}

/** The conflict that stands for a change of a node that cannot be made; a missing parent is told with its ancestor. */
export function nodeConflict(conflict: keyof typeof OF_NODE_EDIT, phrase: string): Conflict {
  return new OF_NODE_EDIT[conflict](phrase)
}

/** The conflict that stands for a document that could not be read. */
export function readingConflict({ error, detail }: ReadingFailure): Conflict {
  return new OF_READING[error](detail)
}
