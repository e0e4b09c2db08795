export { type MetaTag, type SharedPage, socialMetadata } from './card-metadata.ts'
export { type CardImage, socialImageOf } from './social-image-path.ts'
export { openSocialImages, type SocialImages } from './social-images.ts'
export { type Crumb, type StructuredPage, type StructuredPost, structuredData } from './structured-data.ts'
