/** Value lists: the rows behind VALUES, one parenthesis each. ISO 9075-2 §7.3. */
import { isMark } from './sql-head.ts'
import type { SqlToken } from './sql-lexeme.ts'
import { sqlValue } from './sql-value.ts'

interface ValueLists {
  /** `end`: the statement is over. Undefined: the row goes on. */
  take(token: SqlToken): readonly (string | undefined)[] | 'end' | undefined
}

export function createValueLists(): ValueLists {
  let depth = 0
  let values: (string | undefined)[] = []
  let value: SqlToken[] = []
  return {
    take(token) {
      const wasInside = depth > 0
      if (isMark(token, '(')) depth++
      if (isMark(token, ')')) depth--
      if (!wasInside) return isMark(token, ';') ? 'end' : undefined
      const ends = depth === 0 || (depth === 1 && isMark(token, ','))
      if (ends) {
        values.push(sqlValue(value))
        value = []
      } else value.push(token)
      if (depth > 0) return undefined
      const row = values
      values = []
      return row
    },
  }
}
