import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceDocument } from '../../core/documents/source-document.ts'
import { readSource } from '../../core/documents/source-reader.ts'
import type { NodeEdit } from '../../core/model/node-edit.ts'
import { deleteNode, putNode } from '../../core/model/node-operations.ts'
import { nodeContent, selectNode } from '../../core/model/node-selection.ts'
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts'
import { randomAttribute, randomDocument, randomFragment, randomSteps } from './random-document.ts'
import {
  bindings,
  follow,
  select,
  write,
  writeElement,
  type SlowDocument,
} from './slow-document.ts'
import {
  deleteSlowly,
  putAttributeSlowly,
  putElementSlowly,
  type Outcome,
} from './slow-operations.ts'

const CASES = 4000
const ELEMENT = { kind: 'element' } as const
const NAMESPACE_BINDINGS = { kind: 'namespaces' } as const

/** Undefined: `]]` and `>` met. */
function read(text: string): SourceDocument | undefined {
  const reading = readSource(text)
  if (reading.error === undefined) return reading.value
  assert.match(reading.detail, /"]]>" is disallowed/, text)
  return undefined
}

function outcomeOf(edit: NodeEdit): Outcome {
  if (edit.kind === 'absent') return { conflict: 'absent' }
  if (edit.kind === 'edited') return { text: edit.document.text, created: edit.created }
  const { conflict, ancestorSteps } = edit
  return ancestorSteps === undefined ? { conflict } : { conflict, ancestorSteps }
}

/** A change of a random document, checked against the model; how often each outcome came. */
function checkEdits(
  seed: number,
  edit: (
    source: SourceDocument,
    document: SlowDocument,
    random: SeededRandom,
  ) => [NodeEdit, Outcome, unknown],
): Record<string, number> {
  const random = createSeededRandom(seed)
  const seen: Record<string, number> = {}
  for (let left = CASES; left > 0; left--) {
    const document = randomDocument(random)
    const text = write(document)
    const source = read(text)
    if (!source) continue
    const [fast, slow, request] = edit(source, document, random)
    const outcome = outcomeOf(fast)
    assert.deepEqual(outcome, slow, `${text}\n${JSON.stringify(request)}`)
    assert.equal(source.text, text)
    if (fast.kind === 'edited') {
      assert.deepEqual(fast.document.root, read(fast.document.text)?.root, fast.document.text)
    }
    const kind = 'conflict' in outcome ? outcome.conflict : outcome.created ? 'created' : 'replaced'
    seen[kind] = (seen[kind] ?? 0) + 1
  }
  return seen
}

test('RFC 4825 §6.3: what a selector selects is what a slow evaluation finds', () => {
  const random = createSeededRandom(101)
  let selected = 0
  for (let left = CASES; left > 0; left--) {
    const document = randomDocument(random)
    const source = read(write(document))
    if (!source) continue
    const target = random.pick([ELEMENT, ELEMENT, randomAttribute(random), NAMESPACE_BINDINGS])
    const selector = { steps: randomSteps(random, document), target }
    const fast = selectNode(source, selector)
    const slow = select(document, selector)
    const expected = slow && (slow.attribute ? slow.attribute.written : writeElement(slow.element))
    const content = fast && fast.kind !== 'namespaces' ? nodeContent(source, fast) : undefined
    if (selector.target.kind !== 'namespaces') assert.equal(content, expected, source.text)
    else if (slow)
      assert.deepEqual(declared(nodeContent(source, fast!)), bindings(document.root, slow.element))
    if (slow) selected++
  }
  assert.ok(selected > CASES / 5, `only ${selected} selected something`)
})

function declared(element: string): ReadonlyMap<string, string> | undefined {
  return read(element)?.root.declarations
}

test('RFC 4825 §8.2: an element is put where a slow model puts it, every other byte stays, and the tree is that of the text', () => {
  const seen = checkEdits(202, (source, document, random) => {
    const selector = { steps: randomSteps(random, document), target: ELEMENT }
    const parent = follow(document.root, selector.steps.slice(0, -1)).at(-1)
    const scope = parent ? bindings(document.root, parent) : new Map<string, string>()
    const fragment = randomFragment(random, scope, selector.steps.at(-1)!)
    const content = writeElement(fragment)
    const padded = random.pick(['', '\n']) + content + random.pick(['', ' \r\n'])
    const fast = putNode(source, selector, padded)
    return [fast, putElementSlowly(document, selector, fragment), { selector, content }]
  })
  for (const kind of ['created', 'replaced', 'no-parent', 'cannot-insert']) {
    assert.ok(seen[kind]! > CASES / 50, `${kind}: ${seen[kind]}`)
  }
})

test('RFC 4825 §7.7: an attribute is put as a slow model puts it', () => {
  const seen = checkEdits(303, (source, document, random) => {
    const steps = randomSteps(random, document)
    const target = randomAttribute(random)
    const [written, value] = random.pick([
      ['1', '1'],
      ['a&#38;b', 'a&b'],
      ["it's", "it's"],
      ['\u{1f600}', '\u{1f600}'],
    ] as const)
    const content = random.chance(0.5) ? written : `"${written}"`
    const fast = putNode(source, { steps, target }, content)
    const slow = putAttributeSlowly(document, { steps, target }, { written, value })
    return [fast, slow, { steps, target, content }]
  })
  for (const kind of ['created', 'replaced', 'no-parent', 'cannot-insert']) {
    assert.ok(seen[kind]! > CASES / 100, `${kind}: ${seen[kind]}`)
  }
})

test('RFC 4825 §8.4: a node is deleted as a slow model deletes it', () => {
  const seen = checkEdits(404, (source, document, random) => {
    const steps = randomSteps(random, document)
    const target = random.chance(0.7) ? ELEMENT : randomAttribute(random)
    const selector = { steps, target }
    return [deleteNode(source, selector), deleteSlowly(document, selector), selector]
  })
  for (const kind of ['replaced', 'absent', 'cannot-delete']) {
    assert.ok(seen[kind]! > CASES / 50, `${kind}: ${seen[kind]}`)
  }
})
