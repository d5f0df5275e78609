/** Which of what is pasted or dropped is meant as my picture. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileIn, pastedPicture } from '../../web/my-card/picture-arrival.ts'

const picture = new File(['x'], 'me.png', { type: 'image/png' })
const letter = new File(['x'], 'letter.pdf', { type: 'application/pdf' })
const pasted = (files: File[], types: string[]) => ({ files, types })

test('of several dropped files the picture is meant; a lone letter is refused in words later', () => {
  assert.equal(fileIn({ files: [letter, picture] }), picture)
  assert.equal(fileIn({ files: [letter] }), letter)
  assert.equal(fileIn({ files: [] }), undefined)
})

test('a pasted picture counts, wherever the focus is; a pasted letter does not', () => {
  assert.equal(pastedPicture(pasted([picture], ['Files']), false), picture)
  assert.equal(pastedPicture(pasted([picture], ['Files']), true), picture)
  assert.equal(pastedPicture(pasted([letter], ['Files']), false), undefined)
})

test('words that a word processor gives as a picture too stay words in a field', () => {
  const words = pasted([picture], ['text/plain', 'text/html', 'Files'])
  assert.equal(pastedPicture(words, true), undefined)
  assert.equal(pastedPicture(words, false), picture)
})
