/** The package as a vendor has it: packed by npm, in a project of its own, beside the dependencies it asks for. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const runFile = promisify(execFile)

export interface Installation {
  readonly folder: string
  /** Writes a file of the project and gives its path. */
  write(name: string, text: string): Promise<string>
  /** Puts a folder among the installed packages. */
  link(name: string, source: string): Promise<void>
  /** Runs Node in the project; rejects with what it printed when it fails. */
  node(...args: readonly string[]): Promise<string>
  close(): Promise<void>
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

export async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Packs folders into `into`. Gives the paths of the archives, in the same order. */
export async function pack(folders: readonly string[], into: string): Promise<readonly string[]> {
  const flags = ['--ignore-scripts', '--json', '--pack-destination', into]
  const { stdout } = await runFile('npm', ['pack', ...flags, ...folders], { cwd: root })
  const packed = JSON.parse(stdout) as readonly { readonly filename: string }[]
  return packed.map(({ filename }) => join(into, filename))
}

/** What the package asks for, by name: the packages of this folder, and theirs where `deep`. */
export async function askedFor({ deep = false } = {}): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const take = async (folder: string) => {
    const { dependencies, peerDependencies } = await manifestOf(folder)
    const isClient = folder === join(root, 'client')
    for (const name of Object.keys({ ...dependencies, ...(isClient && peerDependencies) })) {
      const place = join(root, 'node_modules', name)
      if (found.has(name)) continue
      found.set(name, place)
      if (deep) await take(place)
    }
  }
  await take(join(root, 'client'))
  return found
}

export async function installPackage(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-package-'))
  const project = projectIn(folder)
  await project.write('package.json', JSON.stringify({ type: 'module', private: true }))
  const [archive = ''] = await pack([join(root, 'client')], folder)
  const place = join(folder, 'node_modules/@visage/client')
  await mkdir(place, { recursive: true })
  await runFile('tar', ['-xzf', archive, '-C', place, '--strip-components=1'])
  for (const [name, source] of await askedFor()) await project.link(name, source)
  return project
}

export function projectIn(folder: string) {
  return {
    folder,
    async write(name: string, text: string) {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
      return path
    },
    async link(name: string, source: string) {
      const place = join(folder, 'node_modules', name)
      await mkdir(dirname(place), { recursive: true })
      await symlink(source, place)
    },
    async node(...args: readonly string[]) {
      return (await runFile(process.execPath, args, { cwd: folder, timeout: 100_000 })).stdout
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
