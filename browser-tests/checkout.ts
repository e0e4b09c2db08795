import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** A checkout of its own, because what is built in it is built anew. Packages are shared, our own excepted. */
export function copyCheckout(to: string): void {
  for (const name of ['build.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'apps', 'packages', 'dist']) {
    cpSync(join(root, name), join(to, name), { recursive: true, filter: (path) => !path.endsWith('node_modules') })
  }
  const modules = join(to, 'node_modules')
  mkdirSync(join(modules, '@atoll'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@atoll') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const folder of ['apps', 'packages']) {
    for (const name of readdirSync(join(to, folder))) {
      symlinkSync(join(to, folder, name), join(modules, '@atoll', name))
      const own = join(root, folder, name, 'node_modules')
      if (readdirSync(join(root, folder, name)).includes('node_modules')) {
        symlinkSync(own, join(to, folder, name, 'node_modules'))
      }
    }
  }
}
