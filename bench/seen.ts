import { benchOnCluster } from './on-cluster.ts'

export const bench = () => benchOnCluster('seen')
