import type { Reader } from '@atoll/repo'
import type { Selectable } from 'kysely'
import type { AssetVariant } from './markdown/index.ts'
import type { AssetsTable, BlogTables } from './schema/tables.ts'

export interface Asset {
  /** The public name: `cats/tom.webp`. */
  name: string
  /** The file, relative to the content folder. */
  source: string
  kind: AssetsTable['kind']
  contentType: string
  hash: string
  size: number
  width: number | null
  height: number | null
  lqip: number | null
  variants: AssetVariant[]
  /** Too large for the database: its bytes are in the content folder. */
  isExternal: boolean
}

/** Topic `asset:<name>`. */
export async function findAsset(reader: Reader<BlogTables>, name: string): Promise<Asset | undefined> {
  const row = await reader.db.selectFrom('assets').selectAll().where('name', '=', name).executeTakeFirst()
  return row && toAsset(row)
}

/** The asset whose full-size bytes have this hash. */
export async function findAssetByHash(reader: Reader<BlogTables>, hash: string): Promise<Asset | undefined> {
  const row = await reader.db.selectFrom('assets').selectAll().where('hash', '=', hash).executeTakeFirst()
  return row && toAsset(row)
}

/** Bytes by their hash: they never change. */
export async function readBlob(
  reader: Reader<BlogTables>,
  hash: string,
): Promise<{ contentType: string; bytes: Uint8Array } | undefined> {
  return reader.db
    .selectFrom('blobs')
    .select(['content_type as contentType', 'bytes'])
    .where('hash', '=', hash)
    .executeTakeFirst()
}

function toAsset({ content_type, is_external, variants, ...row }: Selectable<AssetsTable>): Asset {
  return {
    ...row,
    contentType: content_type,
    variants: JSON.parse(variants) as AssetVariant[],
    isExternal: is_external === 1,
  }
}
