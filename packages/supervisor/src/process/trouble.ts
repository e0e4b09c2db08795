import type { Exit } from './child.ts'

/** What keeps the site from being served. It holds no path and no output: strangers read it. */
export interface Trouble {
  code: TroubleCode
  what: string
  fix: string
}

/** Every reason the supervisor knows. The log has what the program itself said. */
export const troubles = {
  litefs_missing: {
    what: 'the program litefs is not installed',
    fix: 'Put litefs 0.5.14 into a folder of PATH, or name it in ATOLL_LITEFS.',
  },
  fusermount_missing: {
    what: 'the program fusermount3 is not installed',
    fix: 'Install the package fuse3.',
  },
  fuse_missing: {
    what: 'this machine has no FUSE',
    fix: 'Give the container the device /dev/fuse (`--device /dev/fuse`), or load the module fuse.',
  },
  fuse_refused: {
    what: 'LiteFS may not mount its file system',
    fix: 'Start the supervisor as root, in a container with `--cap-add SYS_ADMIN --device /dev/fuse`.',
  },
  allow_other_refused: {
    what: 'LiteFS may not let other users read its file system',
    fix: 'Start the supervisor as root, or put `user_allow_other` into /etc/fuse.conf.',
  },
  mount_busy: {
    what: 'a program still holds the file system of an earlier run',
    fix: 'End that program; `fuser -vm FOLDER` names it.',
  },
  port_taken: {
    what: 'a port that LiteFS needs on this machine is taken',
    fix: 'End the program that listens there; the log names the port.',
  },
  data_unusable: {
    what: 'LiteFS cannot use its data folder',
    fix: 'See that the volume is mounted and writable; the log has the reason.',
  },
  database_damaged: {
    what: "LiteFS's copy of the database does not match its own checksum",
    fix: 'Move the data folder of LiteFS aside and start again: the node is copied whole from the primary.',
  },
  disk_full: { what: 'the disk is full', fix: 'Make room on the volume of the data folder.' },
  litefs_waits: {
    what: 'LiteFS has not opened its database yet',
    fix: 'It may still be checking a large one; the log has what it does.',
  },
  litefs_fails: { what: 'LiteFS ends as soon as it is started', fix: 'The log has the reason.' },
  guard_fails: { what: 'the lease guard ends as soon as it is started', fix: 'The log has the reason.' },
  app_fails: { what: 'the program that serves the site ends as soon as it is started', fix: 'The log has the reason.' },
} as const

export type TroubleCode = keyof typeof troubles

export function describeTrouble(code: TroubleCode): Trouble {
  return { code, ...troubles[code] }
}

/** What LiteFS 0.5.14, its FUSE library and fusermount3 print, each seen with the system broken in that way. */
const litefsSays: [RegExp, TroubleCode][] = [
  [/setpriv: failed to execute .*litefs/, 'litefs_missing'],
  [/fusermount3": executable file not found/, 'fusermount_missing'],
  [/fuse device not found|fusermount.*(\/dev\/null|\/dev\/fuse): no such file/i, 'fuse_missing'],
  [/allow_other.* only allowed if/, 'allow_other_refused'],
  [
    /mount failed: Operation not permitted|open \/dev\/fuse: (Permission denied|Operation not permitted)/,
    'fuse_refused',
  ],
  [/cannot init file system: .*(file exists|busy)/i, 'mount_busy'],
  [/address already in use/, 'port_taken'],
  [/no space left on device/, 'disk_full'],
  [/checksum .* does not match|database checksum/, 'database_damaged'],
  [/cannot open store/, 'data_unusable'],
]

export function diagnose(child: 'guard' | 'litefs' | 'app', exit: Exit, lastLines: readonly string[]): Trouble {
  if (child !== 'litefs') return describeTrouble(child === 'app' ? 'app_fails' : 'guard_fails')
  if (exit.kind === 'not started')
    return describeTrouble(exit.error.code === 'mount_busy' ? 'mount_busy' : 'litefs_missing')
  const said = lastLines.join('\n')
  return describeTrouble(litefsSays.find(([pattern]) => pattern.test(said))?.[1] ?? 'litefs_fails')
}
