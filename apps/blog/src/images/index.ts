export { contentTypeOf } from './content-types.ts'
export { processAsset } from './process-asset.ts'
export type { ProcessedAsset, ProcessedFile } from './processed-asset.ts'
export { widths } from './widths.ts'
