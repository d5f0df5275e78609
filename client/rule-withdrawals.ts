/** Takes from somebody what rules give: the address, an exception from a domain, a place on a list. RFC 4745 §7.1, §10.2. */
import type { PolicyRule } from '../core/documents/common-policy.ts'
import { isPolicyList } from '../core/model/contact-groups.ts'
import { stepByAttribute } from '../core/model/node-step.ts'
import { placedLists } from '../core/model/stored-lists.ts'
import type { Aor } from '../core/uri/aor.ts'
import { removalFrom } from './list-edits.ts'
import {
  externalListsOf,
  identitiesOf,
  identityNode,
  isAbout,
  manysOf,
  manyStep,
  onesOf,
  oneStep,
  ruleNode,
  RULES_QUERY,
  speaksOf,
  type Identity,
  type RuleDocuments,
} from './rule-places.ts'
import { exceptElement } from './rule-texts.ts'
import type { XcapEdit } from './xcap-edit.ts'
import { elementContent } from './xml-fragment.ts'

/** A rule that cannot be changed for one person alone. */
export class RuleInTheWay extends Error {
  override readonly name = 'RuleInTheWay'

  constructor({ id }: PolicyRule, address: Aor) {
    super(`the rule "${id}" speaks of ${address} among others; change that rule first`)
  }
}

/** `exceptFromDomains`: whoever a rule means as one of many is excepted, or `RuleInTheWay` is thrown. */
export function nextWithdrawal(
  documents: RuleDocuments,
  rules: readonly PolicyRule[],
  address: Aor,
  { exceptFromDomains }: { exceptFromDomains: boolean },
): XcapEdit | undefined {
  const lists = documents.lists.value ?? []
  for (const rule of rules.filter((one) => speaksOf(one, address, lists))) {
    const edit =
      withdrawalOfAddress(documents, rule, address) ??
      withdrawalFromList(documents, rule, address) ??
      (exceptFromDomains ? exception(documents, rule, address) : undefined)
    if (edit) return edit
    if (exceptFromDomains && !isAboutEverybodyElse(rule)) throw new RuleInTheWay(rule, address)
  }
  return undefined
}

export function nextWithdrawalOfExceptions(
  { rules }: RuleDocuments,
  address: Aor,
): XcapEdit | undefined {
  for (const rule of rules.value ?? []) {
    for (const identity of identitiesOf(rule)) {
      for (const many of manysOf(identity)) {
        const found = many.except.findLast(({ id }) => isAbout(id, address))
        if (found?.id === undefined) continue
        const step = stepByAttribute('cp:except', 'id', found.id)
        const node = [...nodeOf(rules.value, rule, identity), manyStep(identity, many), step]
        return { document: rules, node, query: RULES_QUERY }
      }
    }
  }
  return undefined
}

/** OMA's other-identity stops speaking of somebody as soon as another rule does. */
function isAboutEverybodyElse({ conditions }: PolicyRule): boolean {
  return conditions.some(({ kind }) => kind === 'other-identity')
}

function nodeOf(
  rules: readonly PolicyRule[] | undefined,
  rule: PolicyRule,
  identity: Identity,
): string[] {
  return identityNode(rules ?? [], rule, identity)
}

function withdrawalOfAddress(
  { rules }: RuleDocuments,
  rule: PolicyRule,
  address: Aor,
): XcapEdit | undefined {
  for (const identity of identitiesOf(rule)) {
    // The last of several, so that those before it keep their places.
    const found = onesOf(identity).findLast(({ id }) => isAbout(id, address))
    if (!found) continue
    // An identity without a child is none: the rule goes. RFC 4745 §13
    const node =
      identity.matches.length === 1
        ? ruleNode(rules.value ?? [], rule)
        : [...nodeOf(rules.value, rule, identity), oneStep(identity, found)]
    return { document: rules, node, query: RULES_QUERY }
  }
  return undefined
}

function withdrawalFromList(
  { lists }: RuleDocuments,
  rule: PolicyRule,
  address: Aor,
): XcapEdit | undefined {
  const all = lists.value ?? []
  const meant = externalListsOf(rule, all)
  for (const placed of placedLists(all)) {
    const isMeant = [placed.list, ...placed.outer].some((list) => meant.includes(list))
    const edit = isMeant && isPolicyList(placed.list) && removalFrom(lists, placed, address)
    if (edit) return edit
  }
  return undefined
}

function exception({ rules }: RuleDocuments, rule: PolicyRule, address: Aor): XcapEdit | undefined {
  for (const identity of identitiesOf(rule)) {
    const many = manysOf(identity).find(
      ({ except }) => !except.some(({ id }) => isAbout(id, address)),
    )
    if (!many) continue
    const step = stepByAttribute('cp:except', 'id', address)
    const node = [...nodeOf(rules.value, rule, identity), manyStep(identity, many), step]
    const content = elementContent(exceptElement(address))
    return { document: rules, node, query: RULES_QUERY, content }
  }
  return undefined
}
