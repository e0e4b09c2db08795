import { rendererVersion } from '../markdown/renderer-version.ts'

/** Bumped when the same picture makes another row or other bytes; `rendererVersion` is that of documents. */
export const assetsVersion = '2'
export const versions = `${rendererVersion}/${assetsVersion}`
