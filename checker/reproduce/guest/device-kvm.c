// SPDX-License-Identifier: GPL-2.0
/*
 * The device of a shadow secondary: a vCPU of KVM. Its guest has no more than two short programs in
 * real mode, so that one KVM_RUN is one access. They are from agetrace.c, of the captures in
 * suites/conformance.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "device.h"

#define CODE_ADDRESS 0x0f000000UL
#define CODE_GPA 0x00001000UL
#define TSS_GPA 0xfffbd000UL
#define READS 0
#define WRITES 3

static const uint8_t code[] = {
	0x8a, 0x07, 0xf4,		/* READS: mov al,[bx]; hlt */
	0xfe, 0x07, 0x8a, 0x07, 0xf4,	/* WRITES: inc byte [bx]; mov al,[bx]; hlt */
};

static int vcpu;
static struct kvm_run *run;

static void add_memory(int vm, int slot, unsigned long gpa, unsigned long start, size_t size)
{
	struct kvm_userspace_memory_region memory = {
		.slot = slot, .guest_phys_addr = gpa, .memory_size = size, .userspace_addr = start,
	};

	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &memory))
		die("KVM_SET_USER_MEMORY_REGION");
}

void device_set_up(const struct setup *setup)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm, size;
	struct kvm_sregs segments;
	void *page;

	if (kvm < 0)
		die("/dev/kvm");
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0 || ioctl(vm, KVM_SET_TSS_ADDR, TSS_GPA))
		die("KVM_CREATE_VM");
	page = mmap((void *)CODE_ADDRESS, PAGE_SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED | MAP_POPULATE, -1, 0);
	if (page == MAP_FAILED)
		die("mmap of the guest's program");
	memcpy(page, code, sizeof(code));
	add_memory(vm, 0, CODE_GPA, CODE_ADDRESS, PAGE_SIZE);
	add_memory(vm, 1, GPA, REGION, setup->pages * PAGE_SIZE);
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (vcpu < 0 || size < 0)
		die("KVM_CREATE_VCPU");
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED || ioctl(vcpu, KVM_GET_SREGS, &segments))
		die("KVM_GET_SREGS");
	segments.cs.base = 0;
	segments.cs.selector = 0;
	segments.ds.base = GPA;
	segments.ds.selector = 0;
	if (ioctl(vcpu, KVM_SET_SREGS, &segments))
		die("KVM_SET_SREGS");
}

void device_accesses(int device, int page, bool write)
{
	struct kvm_regs registers = {
		.rip = CODE_GPA + (write ? WRITES : READS), .rbx = page * PAGE_SIZE, .rflags = 2,
	};

	mark("DEV begin P%d %c va=0x%lx gpa=0x%lx dev=%d", page, write ? 'w' : 'r', address(page),
	     GPA + page * PAGE_SIZE, device);
	if (ioctl(vcpu, KVM_SET_REGS, &registers))
		die("KVM_SET_REGS");
	while (ioctl(vcpu, KVM_RUN, 0))
		if (errno != EINTR && errno != EAGAIN)
			die("KVM_RUN");
	if (run->exit_reason != KVM_EXIT_HLT)
		die("KVM_RUN has ended without hlt");
	if (ioctl(vcpu, KVM_GET_REGS, &registers))
		die("KVM_GET_REGS");
	mark("DEV end P%d value=0x%02x", page, (unsigned int)(registers.rax & 0xff));
}

/* A vCPU has no callback of ours, so that nothing is ever held. */
static void no_hold(void)
{
	errno = ENOTSUP;
	die("KVM");
}

void device_holds(bool holds)
{
	if (holds)
		no_hold();
}

void device_awaits_held(void)
{
	no_hold();
}

void device_goes_on(void)
{
	no_hold();
}
