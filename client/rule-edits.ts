/** Lets somebody see one's presence, keeps them out, or leaves it to the other rules, in as few nodes as can be. RFC 5025. */
import { AUTH_POLICY_MEDIA_TYPE, type PolicyRule } from '../core/documents/common-policy.ts'
import { SUB_HANDLINGS, type SubHandling } from '../core/documents/pres-rules.ts'
import { isPolicyList } from '../core/model/contact-groups.ts'
import { stepByAttribute } from '../core/model/node-step.ts'
import { placedLists } from '../core/model/stored-lists.ts'
import { aorDomain, type Aor } from '../core/uri/aor.ts'
import { additionTo, type StoredLists } from './list-edits.ts'
import { nextWithdrawal, nextWithdrawalOfExceptions } from './rule-withdrawals.ts'
import {
  externalListsOf,
  identitiesOf,
  identityNode,
  isAbout,
  onesOf,
  RULES_QUERY,
  speaksOf,
  subHandlingOf,
  type RuleDocuments,
} from './rule-places.ts'
import {
  firstRules,
  one,
  oneElement,
  RULE_IDS,
  ruleContent,
  ruleFor,
  rulesText,
  type Handling,
} from './rule-texts.ts'
import type { XcapEdit } from './xcap-edit.ts'
import { elementContent } from './xml-fragment.ts'

/** Undefined: the rules say so already. Throws `RuleInTheWay`. */
export function nextRuleEdit(
  documents: RuleDocuments,
  address: Aor,
  handling: Handling,
  own: Aor,
): XcapEdit | undefined {
  const { rules, lists } = documents
  if (rules.value === undefined) return creation(documents, own)
  // Permissions only add: whoever shall get less must lose what gives more. RFC 4745 §10.2
  const more = rules.value
    .filter((rule) => rank(subHandlingOf(rule)) > rank(handling))
    .sort((one, other) => rank(subHandlingOf(one)) - rank(subHandlingOf(other)))
  const less = rules.value.filter((rule) => rank(subHandlingOf(rule)) < rank(handling))
  const names = (rule: PolicyRule) => saysByName(rule, address, lists)
  const isNamed = rules.value.some((rule) => subHandlingOf(rule) === handling && names(rule))
  const withdrawal = nextWithdrawal(documents, more, address, { exceptFromDomains: true })
  // What gives most goes last: at no moment between the edits do they get what they are to have neither before nor after.
  return (
    (isNamed ? undefined : addition(documents, address, handling)) ??
    withdrawal ??
    nextWithdrawal(documents, less, address, { exceptFromDomains: false })
  )
}

/** The address stands in no rule any more, and the other rules decide. */
export function nextForgetting(documents: RuleDocuments, address: Aor): XcapEdit | undefined {
  const rules = documents.rules.value ?? []
  return (
    nextWithdrawal(documents, rules, address, { exceptFromDomains: false }) ??
    nextWithdrawalOfExceptions(documents, address)
  )
}

function rank(handling: SubHandling): number {
  return SUB_HANDLINGS.indexOf(handling)
}

function saysByName(rule: PolicyRule, address: Aor, { value: lists = [] }: StoredLists): boolean {
  const ones = identitiesOf(rule).flatMap(onesOf)
  const byAddress = ones.some(({ id }) => isAbout(id, address))
  return (byAddress || externalListsOf(rule, lists).length > 0) && speaksOf(rule, address, lists)
}

function creation({ rules }: RuleDocuments, own: Aor): XcapEdit {
  const body = new TextEncoder().encode(rulesText(firstRules(aorDomain(own))))
  return { document: rules, content: { contentType: AUTH_POLICY_MEDIA_TYPE, body } }
}

function addition(documents: RuleDocuments, address: Aor, handling: Handling): XcapEdit {
  const rules = documents.rules.value ?? []
  return (
    additionToList(documents, address, handling) ??
    additionToRule(documents, address, handling) ??
    newRule(documents, unusedId(rules, RULE_IDS[handling]), address, handling)
  )
}

/** Where a rule is about a list kept for it, as Blink's, the address goes on the list. */
function additionToList(
  { rules, lists }: RuleDocuments,
  address: Aor,
  handling: Handling,
): XcapEdit | undefined {
  const all = lists.value ?? []
  const byList = (rules.value ?? [])
    .filter((rule) => rule.conditions.length === 1 && subHandlingOf(rule) === handling)
    .flatMap((rule) => externalListsOf(rule, all))
  const placed = placedLists(all).find(({ list }) => isPolicyList(list) && byList.includes(list))
  return placed && additionTo(lists, placed, { address })
}

function additionToRule(
  { rules }: RuleDocuments,
  address: Aor,
  handling: Handling,
): XcapEdit | undefined {
  const all = rules.value ?? []
  const rule = all.find(({ id }) => id === RULE_IDS[handling])
  const [identity] = rule ? identitiesOf(rule) : []
  const isOurs = rule?.conditions.length === 1 && subHandlingOf(rule) === handling
  if (!isOurs || !identity) return undefined
  const step = stepByAttribute('cp:one', 'id', address)
  return {
    document: rules,
    node: [...identityNode(all, rule, identity), step],
    query: RULES_QUERY,
    content: elementContent(oneElement(address)),
  }
}

function newRule({ rules }: RuleDocuments, id: string, address: Aor, handling: Handling): XcapEdit {
  const { element, prefixes } = ruleContent(ruleFor(id, handling, one(address)))
  return {
    document: rules,
    node: ['cp:ruleset', stepByAttribute('cp:rule', 'id', id)],
    query: RULES_QUERY,
    content: elementContent(element, prefixes),
  }
}

function unusedId(rules: readonly PolicyRule[], wanted: string): string {
  const taken = new Set(rules.map(({ id }) => id))
  let id = wanted
  for (let number = 2; taken.has(id); number++) id = `${wanted}_${number}`
  return id
}
