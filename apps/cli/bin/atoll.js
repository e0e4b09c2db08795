#!/usr/bin/env node
// Plain JavaScript that any Node can read: all it does is refuse the wrong one in words a person understands.
var needed = 26
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    'atoll: this is Node ' +
      process.versions.node +
      ', and atoll needs Node ' +
      needed +
      ': run `npm ci` in the project and start it with `npm start` or `npx atoll`, which bring their own.',
  )
  process.exitCode = 1
} else {
  useLessMemory()
  import('../../../dist/atoll.js').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/dist.atoll\.js/.test(error.message)) throw error
    // A checkout in which nothing was built yet.
    return import('../../../build.ts').then(() => import('../../../dist/atoll.js'))
  })
}

// Starts the same process over with settings that only its start can give (docs/decisions/009-less-memory.md).
function useLessMemory() {
  var serves = ['start', 'dev'].includes(process.argv[2])
  // A channel to a parent would be lost on the way; such a parent passes its own settings on.
  if (!serves || process.platform !== 'linux' || process.env.MALLOC_ARENA_MAX || process.send) return
  var flags = ['--no-memory-pool-share-memory-on-teardown']
  // A supervisor makes little garbage, and needs no room for much; where LiteFS runs already, this is the site itself.
  var supervises = process.env.ATOLL_CONSUL_URL || process.env.FLY_CONSUL_URL
  if (process.env.ATOLL_REPLICATION === 'litefs' && supervises) flags.push('--max-semi-space-size=1')
  process.execve(process.execPath, [process.execPath, ...flags, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    MALLOC_ARENA_MAX: '2',
  })
}
