#!/bin/sh
# Builds the program, the module and the initramfs, boots the kernel with them in QEMU, and takes
# the log out. Nothing is loaded on this machine or set on it, and it needs no root.
#   sh boot.sh [SECONDS [QUIET]]     the guest is ended after so many, 120 without,
#                                    or when it has told nothing for QUIET seconds
# Needs gcc, make, cpio, kmod, busybox-static, xz-utils and qemu-system-x86.
# After build.sh and run.sh of the captures in suites/conformance.
set -eu
cd "$(dirname "$0")"
here=$(pwd)
limit=${1:-120} quiet=${2:-$limit}
# kernel=, version=, modules=, headers=, device=, guest_modules=, file=
. ./kernel

build() {
	for source in trace*.c; do
		gcc -O1 -Wall -Wextra -Werror -static -I. -o "build/${source%.c}" "$source" guest.c \
			"device-$device.c"
	done
	[ "$device" = youngdev ] || return 0
	mkdir -p build/module
	cp youngdev.c youngdev.h youngdev-trace.h Makefile build/module/
	# No BTF, which needs the kernel's and pahole.
	make -s -C "$headers" M="$here/build/module" CONFIG_DEBUG_INFO_BTF_MODULES= modules
}

# The modules that the guest loads, and what they may need.
pack() {
	root=$here/build/root
	rm -rf "$root"
	mkdir -p "$root/bin" "$root/lib/modules/$version"
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp init capture.sh head.sh "$root/"
	chmod +x "$root/init"
	for program in build/trace*; do cp "$program" "$root/"; done
	[ "$device" != youngdev ] || strip -g -o "$root/youngdev.ko" build/module/youngdev.ko
	printf 'modules="%s" file=%s\n' "$guest_modules" "$file" >"$root/settings"
	(
		cd "$modules"
		find kernel -name 'kvm*.ko*' -o -path '*crypto/ccp/*.ko*' -o -name 'irqbypass.ko*' \
			-o -name 'zram.ko*' -o -name 'zsmalloc.ko*' -o -path '*drivers/virtio/*.ko*' \
			-o -name 'virtio_blk.ko*' -o -name 'rng-core.ko*' -o -name 'lzo*.ko*' \
			-o -name '842*.ko*' -o -name 'lz4*.ko*' -o -path '*lib/842/*' -o -path '*lib/lz4/*' \
			-o -path '*lib/zstd/*' -o -name 'ext4.ko*' -o -name 'jbd2.ko*' -o -name 'mbcache.ko*' \
			-o -name 'crc16.ko*' -o -name 'crc32c_generic.ko*' -o -name 'libcrc32c.ko*' \
			-o -name 'tsm.ko*' |
			while read -r one; do
				mkdir -p "$root/lib/modules/$version/$(dirname "$one")"
				cp "$one" "$root/lib/modules/$version/$one"
			done
		cp modules.builtin modules.order modules.builtin.modinfo "$root/lib/modules/$version/"
	)
	find "$root/lib" -name '*.ko.xz' -exec unxz {} +
	depmod -b "$root" "$version"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >build/initramfs.gz
}

# Ends the guest where its console has not grown for long.
watch() { # PID
	size='' seconds=0
	while kill -0 "$1" 2>/dev/null; do
		sleep 1
		if [ "$(wc -c <console)" = "$size" ]; then seconds=$((seconds + 1)); else seconds=0; fi
		size=$(wc -c <console)
		[ "$seconds" -lt "$quiet" ] || kill "$1"
	done
}

boot() {
	rm -f build/disk
	truncate -s 256M build/disk
	echo "boot.sh: boots $version, for $limit s at most"
	: >console
	status=0
	# Without a group of its own the guest gets the signals that this script gets.
	timeout --foreground "$limit" qemu-system-x86_64 -machine q35,accel=tcg -cpu EPYC,+svm,+npt \
		-smp 2 -m 1024 -nographic -no-reboot -nic none -kernel "$kernel" \
		-initrd build/initramfs.gz -append 'console=ttyS0 nokaslr panic=-1 loglevel=5' \
		-drive file=build/disk,format=raw,if=virtio -serial file:console -monitor none \
		</dev/null >build/qemu 2>&1 &
	guest=$!
	# The logs before are taken out also where a signal ends it.
	trap 'kill $guest 2>/dev/null' TERM INT
	watch $guest &
	watcher=$!
	wait $guest || status=$?
	wait $guest 2>/dev/null || :
	kill $watcher 2>/dev/null || :
	trap - TERM INT
	# Where the guest has hung, the logs before are there.
	tar xf build/disk 2>/dev/null || :
	rm -f build/disk
	grep -q '^=== done' console && return
	if grep '^=== failed' console; then exit 4; fi
	[ "$status" != 124 ] || echo "boot.sh: the guest has not ended in $limit s"
	[ "$status" != 143 ] || echo "boot.sh: the guest was ended"
	cat build/qemu
	grep '^=== ' console || :
	echo 'boot.sh: the guest did not come to its end; see console'
	exit 3
}

mkdir -p build
build
pack
boot
