/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program asks of youngdev, a device that is played by a module. It is bound by a write()
 * of its driver's lists and of its hardware to /dev/youngdev, and then told each step by an ioctl.
 */
#ifndef YOUNGDEV_H
#define YOUNGDEV_H

#include <linux/ioctl.h>
#include <linux/types.h>

enum young_op {
	YOUNG_ACCESS,		/* a whole access, by whatever caches there are */
	YOUNG_REQUEST,		/* an ATS translation request is sent, and held */
	YOUNG_TRANSLATE,	/* the IOMMU answers it, and the answer is held */
	YOUNG_COMPLETE,		/* the answer arrives, and the access is made */
	YOUNG_HANDLE,		/* the device handles an invalidation that was posted */
	YOUNG_EVICT_ATC,
	YOUNG_EVICT_IOTLB,
	YOUNG_PEEK,		/* reads the PTE, and changes nothing */
	YOUNG_HOLD,		/* from now on a callback waits before each of its actions */
	YOUNG_AWAIT_HELD,	/* until a callback waits there */
	YOUNG_GO,		/* it may take one action, or return behind the last one */
};

/* Without an ATC every access is a DMA that the IOMMU translates. */
enum young_path { YOUNG_ATC_HIT, YOUNG_ATC_MISS, YOUNG_DMA, YOUNG_LOOPS };

struct young_call {
	__u32 op;
	__u32 device;
	__u64 addr;
	__u32 write;
	/* what came of it */
	__u32 path;
	__u32 faults;		/* page requests that the fault handler has served */
	__u32 value;		/* the byte that the device has read, or has written */
	__u64 pa;		/* the address that it has used */
	__u64 pte;
};

#define YOUNG_CALL _IOWR('Y', 1, struct young_call)

#endif
