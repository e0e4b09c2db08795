export { type ContentListing, type ExportOptions, type ExportReport, exportContent, listContent } from './export.ts'
export { type FolderManifest, readFolder } from './folder-manifest.ts'
export { type GitRepository, pullRepository } from './git-repository.ts'
export { type ManifestFile, manifestInput, publicationLimits, readManifest } from './manifest.ts'
export { keepUploaded, readOriginal } from './originals.ts'
export {
  type Lacking,
  type PublicationPlan,
  type PublicationRequest,
  preparePublication,
  publishFiles,
  renewContent,
} from './publish.ts'
