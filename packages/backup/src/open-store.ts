import { BackupError } from './errors.ts'
import { openFolderStore } from './folder-store.ts'
import { openS3Store } from './s3-store.ts'
import type { Store } from './store.ts'

/**
 * Opens what an address names: a folder, or `s3://bucket/prefix` with the variables that every program for S3 reads:
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and AWS_ENDPOINT_URL_S3.
 */
export function openStore(address: string, env: NodeJS.ProcessEnv = process.env): Store {
  if (!address.startsWith('s3:')) return openFolderStore(address)
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})(?:\/([\w./-]*))?$/.exec(address) ?? []
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (bucket === undefined) throw new BackupError('bad_store', `not the address of a bucket: ${address}`)
  if (!accessKeyId || !secretAccessKey) throw new BackupError('bad_store', `there is no key for ${address}`)
  const region = env.AWS_REGION || 'us-east-1'
  return openS3Store({
    bucket,
    prefix: prefix.replace(/\/*$/, prefix === '' ? '' : '/'),
    region,
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`,
    accessKeyId,
    secretAccessKey,
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
  })
}
