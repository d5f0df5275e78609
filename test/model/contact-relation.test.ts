import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contactRelation, type ContactFacts } from '../../core/model/contact-relation.ts'

type Row = [
  listed: 'listed' | 'unlisted',
  theirAnswer: ContactFacts['theirAnswer'],
  myRules: ContactFacts['myRules'],
  theirRequest: ContactFacts['theirRequest'],
  /** As RFC 6121 Appendix A names it. */
  state: string,
]

const TABLE: Row[] = [
  ['unlisted', 'unknown', 'refuse', 'none', 'none'],
  ['unlisted', 'unknown', 'unknown', 'none', 'none'],
  ['unlisted', 'active', 'refuse', 'none', 'none'],
  ['unlisted', 'pending', 'refuse', 'none', 'none'],
  ['unlisted', 'unknown', 'refuse', 'pending', 'none + pending in'],
  ['unlisted', 'unknown', 'unknown', 'pending', 'none + pending in'],
  ['unlisted', 'unknown', 'allow', 'none', 'from'],
  ['unlisted', 'unknown', 'allow', 'active', 'from'],
  ['unlisted', 'unknown', 'unknown', 'active', 'from'],
  ['listed', 'active', 'refuse', 'none', 'to'],
  ['listed', 'unknown', 'refuse', 'none', 'to'],
  ['listed', 'active', 'refuse', 'active', 'to'],
  ['unlisted', 'unknown', 'polite', 'none', 'none'],
  ['unlisted', 'unknown', 'polite', 'active', 'from'],
  ['unlisted', 'unknown', 'polite', 'pending', 'none + pending in'],
  ['listed', 'active', 'polite', 'none', 'to'],
  ['listed', 'active', 'polite', 'active', 'both'],
  ['listed', 'active', 'unknown', 'none', 'to'],
  ['listed', 'active', 'refuse', 'pending', 'to + pending in'],
  ['listed', 'active', 'unknown', 'pending', 'to + pending in'],
  ['listed', 'pending', 'refuse', 'none', 'none + pending out'],
  ['listed', 'pending', 'refuse', 'pending', 'none + pending out + pending in'],
  ['listed', 'pending', 'allow', 'none', 'from + pending out'],
  ['listed', 'pending', 'unknown', 'active', 'from + pending out'],
  ['listed', 'rejected', 'refuse', 'none', 'none'],
  ['listed', 'rejected', 'refuse', 'pending', 'none + pending in'],
  ['listed', 'rejected', 'allow', 'none', 'from'],
  ['listed', 'active', 'allow', 'none', 'both'],
  ['listed', 'active', 'allow', 'active', 'both'],
  ['listed', 'active', 'allow', 'pending', 'both'],
  ['listed', 'unknown', 'allow', 'none', 'both'],
  ['listed', 'unknown', 'unknown', 'active', 'both'],
]
for (const [listed, theirAnswer, myRules, theirRequest, state] of TABLE) {
  const facts = { listed: listed === 'listed', theirAnswer, myRules, theirRequest }
  test(`RFC 6121 Appendix A: ${listed}, they answer ${theirAnswer}, my rules ${myRules}, their request ${theirRequest}: ${state}`, () => {
    const { relation, pendingOut, pendingIn } = contactRelation(facts)
    const words = [relation, pendingOut && 'pending out', pendingIn && 'pending in']
    assert.equal(words.filter(Boolean).join(' + '), state)
  })
}
