export { type ExportOptions, type ExportReport, exportContent } from './export.ts'
export { type FolderManifest, readFolder } from './folder-manifest.ts'
export { type ManifestFile, manifestInput, publicationLimits, readManifest } from './manifest.ts'
export { keepUploaded } from './originals.ts'
export {
  type Lacking,
  type PublicationPlan,
  type PublicationRequest,
  preparePublication,
  publishFiles,
  renewContent,
} from './publish.ts'
