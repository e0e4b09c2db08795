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
  import('../../../dist/atoll.js').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/dist.atoll\.js/.test(error.message)) throw error
    // A checkout in which nothing was built yet.
    return import('../../../build.ts').then(() => import('../../../dist/atoll.js'))
  })
}
