#!/bin/busybox sh
# The first program of the guest. The host's files are its root, what is written to them stays in memory; only $JOB, a
# folder of the host, is written through. Runs $JOB/run there, leaves its exit status in $JOB/status, and ends the guest.
b=$BUSYBOX
r=/mnt/root
die() { echo "guest: $*"; $b poweroff -f; }
$b mount -t tmpfs guest /mnt && $b mkdir /mnt/above /mnt/work $r || die "no memory for files"
$b mount -t overlay guest $r -o lowerdir=/,upperdir=/mnt/above,workdir=/mnt/work || die "no overlay on the host's files"
$b mount -t proc guest $r/proc
$b mount -t sysfs guest $r/sys
$b mount -t devtmpfs guest $r/dev
$b mkdir -p $r/dev/pts $r/dev/shm
$b mount -t devpts guest $r/dev/pts
$b mount -t tmpfs guest $r/dev/shm
$b mount -t configfs guest $r/sys/kernel/config
$b mount -t debugfs guest $r/sys/kernel/debug
# Programs come in larger pieces then: each piece costs a change between guest and host.
echo 1048576 >$r/sys/kernel/debug/fault_around_bytes
$b mkdir -p "$r$JOB"
$b mount -t hostfs guest "$r$JOB" -o "$JOB" || die "cannot reach $JOB"
$b ifconfig lo 127.0.0.1 up
$b chroot $r "$JOB/run"
echo $? >"$r$JOB/status"
$b poweroff -f
