/** Runs one benchmark inside the namespaces that `on-cluster.ts` made. */
const { measure } = (await import(`./${process.argv[2]}.ts`)) as { measure: () => Promise<void> }
await measure()
// What a broken cluster left open must not keep the numbers waiting: the namespaces end with this process.
process.exit()
