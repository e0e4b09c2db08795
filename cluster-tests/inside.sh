#!/usr/bin/env bash
# Runs a command where cluster tests may do as they like. Called by run-tests.ts as the first process of fresh network,
# mount and PID namespaces; stays their first process, so that it takes care of orphans, and ends them all by ending.
set -eu
folder=$1; shift
mount -t proc proc /proc
ip link set lo up
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
# In memory, unless a run is to be on a disk: then the temporary folder's own.
[ -n "${ATOLL_CLUSTER_ON_DISK:-}" ] || mount -t tmpfs -o mode=755 tmpfs "$folder"
chmod 755 "$folder"
touch "$folder/resolv.conf"
mount --bind "$folder/resolv.conf" /etc/resolv.conf
export ATOLL_CLUSTER_FOLDER=$folder
"$@"
