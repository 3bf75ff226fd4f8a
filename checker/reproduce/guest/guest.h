/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program does to make the events of a trace happen on the kernel that runs it. Each event
 * is one function. Pages are A = 0 to D = 3, as in the trace.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>

enum { A, B, C, D };

#define PAGE_SIZE 4096UL
/* Page A of the process; page B is the next one. */
#define REGION 0x10000000UL
/* Where a vCPU finds page A. */
#define GPA 0x00200000UL

/* The process, and what is set up before the first event. */
struct setup {
	const char *trace;
	int pages;
	int devices;
	/* The driver's lists and the hardware for youngdev; NULL: the device is a vCPU of KVM. */
	const char *driver;
	/* Pages whose looks are unreferenced and that stay: a long-term pin keeps reclaim away. */
	bool pinned;
	/* The pages are of a file, which is written back; else they are anonymous. */
	bool file;
	/* The pages become a part of a huge page, so that they are mapped with all of its 2 MiB. */
	bool collapsed;
	/* The PTEs are young at first; else MADV_COLD makes them old. */
	bool young;
	/* Whether the multi-gen LRU is switched on. */
	bool lru_gen;
	/*
	 * Where reclaim runs. On CPU 0, as the program, an unmap of 6.12 tells of its page alone. On
	 * CPU 1 the program keeps its TLB, and may go on while a callback is held.
	 */
	int reclaim_cpu;
};

void set_up(const struct setup *setup);
void tear_down(void);

/* Marks in the log that an event of the trace begins: its number and its text. */
void step(int number, const char *text);

/* ---- Accesses ---- */
void device_reads(int device, int page);
void device_writes(int device, int page);
void cpu_reads(int page);
void cpu_writes(int page);

/* ---- Caches ---- */
void device_evicts(int device, int page);
void iommu_evicts(int page);
/* The CPU runs another process, which empties its TLB. */
void cpu_evicts(void);

/* ---- An access in steps, with an ATC ---- */
void device_requests(int device, int page, bool write);
void iommu_translates(int device, int page);
void device_completes(int device, int page);
void device_handles_invalidation(int device, int page);

/* ---- The kernel ---- */
/* memory.reclaim in a cgroup of its own: folio_referenced(), once, of one page. */
void reclaim_looks(int page);
/* The same; a page that is not pinned and found unreferenced is unmapped: try_to_unmap(). */
void reclaim_looks_and_unmaps(int page);
/* MADV_PAGEOUT since 6.10: try_to_unmap(), without a look. The child asks for it on CPU 1. */
void reclaim_unmaps(int page);
/* madvise(MADV_DONTNEED): zap_pte_range(). */
void user_drops(int from, int to);
/* madvise(MADV_PAGEOUT): reclaim_pages(). */
void user_pages_out(int page);
/* madvise(MADV_COLD). */
void user_cools(int page);
/* 1 to /proc/self/clear_refs: all pages of the process. */
void user_clears_refs(void);
/* fork(): the child keeps what it has until the end. */
void user_forks(void);
/* MADV_POPULATE_WRITE: a fault that copies what a child has, too, without an access. */
void user_copies(int page);
/* madvise(MADV_COLLAPSE) of the 2 MiB around the page: collapse_huge_page(). */
void user_collapses(int page);
/* msync() of a page of a file: page_mkclean(). */
void user_writes_back(int page);
/* /sys/kernel/debug/lru_gen: walk_pte_range(), of all pages of the cgroup. */
void lru_gen_walks(void);
/* Two more generations: a page that a look has moved is the oldest again. 6.1 walks for them. */
void lru_gen_makes_oldest(void);
/* DAMON of one page: damon_va_prepare_access_checks(). It runs on, and looks no more. */
void damon_marks(int page);

/* ---- The same in steps: held in a callback of the driver, before each of its actions ---- */
void reclaim_look_begins(int page);
void reclaim_unmap_begins(int page);
void callback_goes_on(void);
void operation_ends(void);
/* The same, and the flush behind a batched unmap that the next madvise() would make. */
void operation_ends_and_flushes(void);

#endif
