#!/bin/busybox sh
# The first program on the Pi: what it says begins with a word that pi.test.ts looks for.
b=busybox
export PATH=/bin HOME=/tmp
$b mount -t proc guest /proc
$b mount -t sysfs guest /sys
$b mount -t devtmpfs guest /dev
$b mount -t debugfs guest /sys/kernel/debug
cd /app
echo "MODEL $($b cat /proc/device-tree/model)"
pin() { echo "PIN $1 $($b grep -h '^pin 17 ' /sys/kernel/debug/pinctrl/*/pins)"; }
pin first
node probe.mjs
pin halted
node probe.mjs killed
pin killed
node blfd.mjs dark -c blfd.yaml
echo "DARK $?"
pin dark
echo END
$b sleep 1000
