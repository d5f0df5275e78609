/** The examples of docs/client.md, as programs for a server that runs here. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './installation.ts'

interface Example {
  /** The heading that it stands under. */
  readonly title: string
  readonly code: string
  /** What it prints; `…` stands for anything. Undefined: it prints nothing. */
  readonly prints: string | undefined
}

interface WebPage {
  readonly title: string
  readonly html: string
}

export interface Guide {
  /** For Node, in the order of the page. */
  readonly programs: readonly Example[]
  readonly pages: readonly WebPage[]
  /** What belongs to web pages, by file name. */
  readonly scripts: ReadonlyMap<string, string>
}

interface Block {
  readonly title: string
  readonly language: string
  readonly name: string
  readonly text: string
}

/** `servers`: what stands on the page → what is there. */
export function readGuide(servers: Readonly<Record<string, string>>): Guide {
  const blocks = blocksOf(readFileSync(join(root, 'docs/client.md'), 'utf8'))
  const real = (text: string) =>
    Object.entries(servers).reduce((done, [from, to]) => done.replaceAll(from, to), text)
  const isProgram = ({ language, name }: Block) => language === 'js' && name === ''
  return {
    programs: blocks.flatMap((block, at) => {
      if (!isProgram(block)) return []
      const next = blocks[at + 1]
      const prints = next?.language === 'text' ? real(next.text) : undefined
      return [{ title: block.title, code: real(block.text), prints }]
    }),
    pages: blocks
      .filter(({ language }) => language === 'html')
      .map(({ title, text }) => ({ title, html: text })),
    scripts: new Map(
      blocks
        .filter(({ language, name }) => language === 'js' && name !== '')
        .map(({ name, text }) => [name, real(text)]),
    ),
  }
}

function blocksOf(markdown: string): readonly Block[] {
  const pattern = /^## (.+)$|^```(\w+) ?(\S*)\n([^]*?)^```$/gm
  let title = ''
  const blocks: Block[] = []
  for (const [, heading, language = '', name = '', text = ''] of markdown.matchAll(pattern)) {
    if (heading !== undefined) title = heading
    else blocks.push({ title, language, name, text })
  }
  return blocks
}

/** Whether a program printed what the page says. */
export function isAsPrinted(printed: string, expected: string): boolean {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = expected.trim().split('…').map(literal).join('[^]*?')
  return new RegExp(`^${pattern}$`).test(printed.trim())
}
