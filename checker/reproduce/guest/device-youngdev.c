// SPDX-License-Identifier: GPL-2.0
/* The device of a shared secondary: it is played by the module youngdev. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "device.h"
#include "youngdev.h"

/* Bits of a PTE of x86. */
#define PTE_PRESENT 0x1
#define PTE_WRITABLE 0x2
#define PTE_ACCESSED 0x20
#define PTE_DIRTY 0x40
/* It is a PMD, which maps a huge page. */
#define PTE_HUGE 0x80

static int youngdev;

static struct young_call call(enum young_op op, int device, int page, bool write)
{
	struct young_call c = {
		.op = op, .device = device, .addr = address(page), .write = write,
	};

	if (ioctl(youngdev, YOUNG_CALL, &c) && c.path != YOUNG_LOOPS)
		die("youngdev");
	return c;
}

static void mark_pte(int page)
{
	unsigned long pte = call(YOUNG_PEEK, 0, page, false).pte;

	if (!(pte & PTE_PRESENT))
		mark("PTE after P%d pte=0x%lx (not present)", page, pte);
	else
		mark("PTE after P%d %s=0x%lx A=%d D=%d W=%d", page, pte & PTE_HUGE ? "pmd" : "pte",
		     pte, !!(pte & PTE_ACCESSED), !!(pte & PTE_DIRTY), !!(pte & PTE_WRITABLE));
}

void device_set_up(const struct setup *setup)
{
	size_t length = strlen(setup->driver);

	youngdev = open("/dev/youngdev", O_RDWR | O_CLOEXEC);
	if (youngdev < 0 || write(youngdev, setup->driver, length) != (ssize_t)length)
		die("/dev/youngdev");
}

static const char *const paths[] = {
	[YOUNG_ATC_HIT] = "atc-hit",
	[YOUNG_ATC_MISS] = "atc-miss",
	[YOUNG_DMA] = "dma",
	[YOUNG_LOOPS] = "fault-loop",
};

void device_accesses(int device, int page, bool write)
{
	struct young_call c;

	mark("DEV begin P%d %c va=0x%lx dev=%d", page, write ? 'w' : 'r', address(page), device);
	c = call(YOUNG_ACCESS, device, page, write);
	mark("DEV end P%d value=0x%02x path=%s pa=0x%lx faults=%u", page, c.value, paths[c.path],
	     (unsigned long)c.pa, c.faults);
	mark_pte(page);
}

void device_evicts(int device, int page)
{
	call(YOUNG_EVICT_ATC, device, page, false);
}

void iommu_evicts(int page)
{
	call(YOUNG_EVICT_IOTLB, 0, page, false);
}

void device_requests(int device, int page, bool write)
{
	call(YOUNG_REQUEST, device, page, write);
}

void iommu_translates(int device, int page)
{
	call(YOUNG_TRANSLATE, device, page, false);
	mark_pte(page);
}

void device_completes(int device, int page)
{
	call(YOUNG_COMPLETE, device, page, false);
}

void device_handles_invalidation(int device, int page)
{
	call(YOUNG_HANDLE, device, page, false);
}

void device_holds(bool holds)
{
	call(YOUNG_HOLD, 0, A, holds);
}

void device_awaits_held(void)
{
	call(YOUNG_AWAIT_HELD, 0, A, false);
}

void device_goes_on(void)
{
	call(YOUNG_GO, 0, A, false);
}
