// SPDX-License-Identifier: GPL-2.0
/*
 * The process whose pages are aged, and the child that reclaims them. What it does is written to
 * the trace buffer, in the words of docs/capture.md, so that the log has its steps and the kernel's
 * events in one order.
 *
 * The way to one look at a time is that of agetrace.c, of the captures in suites/conformance: cold
 * pages of a child satisfy the request, and the page that is to be looked at is the oldest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "device.h"
#include "guest.h"

#define CGROUP "/sys/fs/cgroup/trace"
#define TRACING "/sys/kernel/tracing/instances/youngcheck/"
/* Since 5.14, and since 6.1; the C library may not know them. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define SHARED_FILE "/file/pages"
#define LRU_GEN_ENABLED "/sys/kernel/mm/lru_gen/enabled"
/* Without bit 1, LRU_GEN_MM_WALK: on 6.12 no page table is walked for a new generation. */
#define NO_WALKS "1"
/* The child's cold pages, and the file in memory whose pages are active. */
#define FILLERS 0x20000000UL
#define COLD_FILLERS 64
#define ACTIVE_FILLERS 400
#define ACTIVE_FILE "/out/active"
/* One request of memory.reclaim: SWAP_CLUSTER_MAX pages. */
#define REQUEST "128K"
/* What a huge page has. REGION begins with one. */
#define HUGE_SIZE (512 * PAGE_SIZE)

/* Bits of /proc/kpageflags, and of /proc/PID/pagemap. */
#define KPF_REFERENCED 2
#define KPF_LRU 5
#define KPF_ACTIVE 6
#define PM_PRESENT 63
#define PM_SWAPPED 62
#define PM_FRAME ((1ULL << 55) - 1)

static const struct setup *process;
/* The operation that is held in a callback, on the other CPU. */
static struct {
	bool is_under_way, is_look;
	int page;
} held;
static int marker, pagemap, kpageflags;
static int to_child[2], from_child[2], forked[2] = { -1, -1 };
static pid_t child;
static int looks;

void die(const char *what)
{
	int error = errno;

	fprintf(stderr, "trace: %s: %s\n", what, strerror(error));
	mark("FAILED %s: %s", what, strerror(error));
	_exit(1);
}

void mark(const char *format, ...)
{
	char text[512];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (marker >= 0 && write(marker, text, length) < 0)
		fprintf(stderr, "trace: no trace_marker: %s\n", text);
}

unsigned long address(int page)
{
	return REGION + page * PAGE_SIZE;
}

void step(int number, const char *text)
{
	mark("STEP (%d) %s", number, text);
}

/* ---- Files of the kernel ---- */

static int try_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static void must_write(const char *path, const char *text)
{
	errno = try_write(path, text);
	if (errno)
		die(path);
}

static uint64_t word_at(int fd, uint64_t index)
{
	uint64_t word;

	if (pread(fd, &word, sizeof(word), index * sizeof(word)) != sizeof(word))
		die("pagemap or kpageflags");
	return word;
}

static uint64_t flags_of(int page)
{
	uint64_t entry = word_at(pagemap, address(page) / PAGE_SIZE);

	return entry >> PM_PRESENT & 1 ? word_at(kpageflags, entry & PM_FRAME) : 0;
}

static bool has(uint64_t flags, int bit)
{
	return flags >> bit & 1;
}

/* What /proc tells of each page, which touches none of them. */
static void mark_state(const char *when)
{
	for (int p = 0; p < process->pages; p++) {
		uint64_t entry = word_at(pagemap, address(p) / PAGE_SIZE);

		if (has(entry, PM_PRESENT)) {
			uint64_t flags = flags_of(p);

			mark("STATE %s P%d va=0x%lx present=1 pfn=0x%lx referenced=%d lru=%d active=%d",
			     when, p, address(p), (long)(entry & PM_FRAME),
			     has(flags, KPF_REFERENCED), has(flags, KPF_LRU), has(flags, KPF_ACTIVE));
		} else {
			mark("STATE %s P%d va=0x%lx present=0 swapped=%d", when, p, address(p),
			     has(entry, PM_SWAPPED));
		}
	}
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

/* lru_add_drain() on this CPU, by MADV_COLD of a page that no trace has. */
static void drain(void)
{
	static char *page;

	if (!page)
		page = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || madvise(page, PAGE_SIZE, MADV_COLD))
		die("MADV_COLD");
}

/* ---- The child, which reclaims ---- */

static void fill(int count)
{
	static unsigned long next = FILLERS, before;
	char *pages;

	/* No filler may be left from before, as then it would be the oldest. */
	unlink(ACTIVE_FILE);
	if (before)
		munmap((void *)before, COLD_FILLERS * PAGE_SIZE);
	pages = mmap((void *)next, count * PAGE_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (pages == MAP_FAILED)
		die("mmap of fillers");
	madvise(pages, count * PAGE_SIZE, MADV_NOHUGEPAGE);
	for (int i = 0; i < count; i++)
		pages[i * PAGE_SIZE] = 1;
	/* The second call begins with lru_add_drain(), which completes the first one's work. */
	for (int i = 0; i < 2; i++)
		if (madvise(pages, count * PAGE_SIZE, MADV_COLD))
			die("MADV_COLD of fillers");
	before = next;
	next += count * PAGE_SIZE;
}

/* Whoever reads these numbers has them brought up to date. Since 6.8 reclaim takes old ones. */
static void count_pages(void)
{
	char text[PAGE_SIZE];
	int fd = open(CGROUP "/memory.stat", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text)) < 0)
		die(CGROUP "/memory.stat");
	close(fd);
}

/*
 * Pages of a file in memory, each read twice, are active anonymous pages. With many of them the
 * active list is larger than the inactive one, so that reclaim looks at its oldest page.
 */
static void fill_active(void)
{
	char text[PAGE_SIZE] = "";
	int fd;

	fd = open(ACTIVE_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		die(ACTIVE_FILE);
	for (int i = 0; i < ACTIVE_FILLERS; i++)
		if (pwrite(fd, text, sizeof(text), i * PAGE_SIZE) != (ssize_t)sizeof(text))
			die(ACTIVE_FILE);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < ACTIVE_FILLERS; i++)
			if (pread(fd, text, 1, i * PAGE_SIZE) != 1)
				die(ACTIVE_FILE);
		drain();
	}
	close(fd);
	count_pages();
}

/* Asks for MADV_PAGEOUT of a page of the process. */
static int page_out(int process_fd, int page)
{
	struct iovec at = { (void *)address(page), PAGE_SIZE };

	if (syscall(__NR_process_madvise, process_fd, &at, 1, MADV_PAGEOUT, 0) < 0)
		return errno;
	return 0;
}

static void child_works(void)
{
	int process_fd = syscall(__NR_pidfd_open, getppid(), 0), result;
	char command;

	close(to_child[1]);
	while (read(to_child[0], &command, 1) == 1) {
		result = 0;
		switch (command) {
		case 'A':
		case 'B':
		case 'C':
		case 'D':
			result = page_out(process_fd, command - 'A');
			break;
		case 'e':
			run_on(0);
			run_on(process->reclaim_cpu);
			break;
		case 'f':
			fill(COLD_FILLERS);
			break;
		case 'a':
			fill(COLD_FILLERS);
			fill_active();
			break;
		case 'r':
			result = try_write(CGROUP "/memory.reclaim", REQUEST);
			break;
		}
		if (write(from_child[1], &result, sizeof(result)) != sizeof(result))
			_exit(0);
	}
	_exit(0);
}

static void tell_child(char command)
{
	if (write(to_child[1], &command, 1) != 1)
		die("the child");
}

static int answer_of_child(void)
{
	int result;

	if (read(from_child[0], &result, sizeof(result)) != sizeof(result))
		die("the child");
	return result;
}

static int ask_child(char command)
{
	tell_child(command);
	return answer_of_child();
}

static void begin_child(void)
{
	if (pipe2(to_child, O_CLOEXEC) || pipe2(from_child, O_CLOEXEC))
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (child > 0)
		return;
	must_write(CGROUP "/cgroup.procs", "0");
	if (mlockall(MCL_CURRENT))
		die("mlockall");
	run_on(process->reclaim_cpu);
	child_works();
}

/* ---- The set-up ---- */

static void cool(int from, int count)
{
	char which[8] = "";

	/* Without a page the marker is about all pages. */
	if (count < process->pages)
		snprintf(which, sizeof(which), " P%d", from);
	mark("MADV_COLD begin%s", which);
	if (madvise((void *)address(from), count * PAGE_SIZE, MADV_COLD))
		die("MADV_COLD");
	mark("MADV_COLD end%s result=0", which);
	drain();
}

static void map_pages(void)
{
	size_t length = process->collapsed ? HUGE_SIZE : process->pages * PAGE_SIZE;
	int flags = MAP_FIXED | (process->file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS), fd = -1;

	if (process->file) {
		fd = open(SHARED_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || ftruncate(fd, length))
			die(SHARED_FILE);
	}
	if (mmap((void *)REGION, length, PROT_READ | PROT_WRITE, flags, fd, 0) == MAP_FAILED)
		die("mmap");
	if (fd >= 0)
		close(fd);
	madvise((void *)REGION, length, MADV_NOHUGEPAGE);
}

/* A long-term pin, as a registered buffer of io_uring has it. */
static void pin_pages(void)
{
	struct io_uring_params params = { 0 };
	struct iovec pages = { (void *)REGION, process->pages * PAGE_SIZE };
	int ring = syscall(__NR_io_uring_setup, 1, &params);

	if (ring < 0 || syscall(__NR_io_uring_register, ring, IORING_REGISTER_BUFFERS, &pages, 1))
		die("io_uring_register");
	mark("PIN the pages, so that reclaim looks at them and keeps them");
}

static void fault_in(void)
{
	mark("CPU begin prefault all %d pages", process->pages);
	for (int p = 0; p < process->pages; p++)
		*(volatile unsigned char *)address(p) = 0x40 + p;
	mark("CPU end prefault");
}

static void lru_gen_ages(void);

void set_up(const struct setup *setup)
{
	process = setup;
	marker = open(TRACING "trace_marker", O_WRONLY | O_CLOEXEC);
	pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	if (marker < 0 || pagemap < 0 || kpageflags < 0)
		die("trace_marker, pagemap or kpageflags");
	/* Debian's kernels have the multi-gen LRU. */
	must_write(LRU_GEN_ENABLED, setup->lru_gen ? NO_WALKS : "n");
	begin_child();
	run_on(0);
	must_write(CGROUP "/cgroup.procs", "0");
	/* Reclaim comes to no page but those of the trace and the fillers. */
	if (mlockall(MCL_CURRENT))
		die("mlockall");
	map_pages();
	device_set_up(setup);
	mark("SCENARIO %s pid=%d child=%d region=0x%lx pages=%d gpa=0x%lx", setup->trace, getpid(),
	     child, REGION, setup->pages, GPA);
	/* With all generations there, reclaim looks at the oldest before it walks again. */
	for (int i = 0; setup->lru_gen && i < 2; i++)
		lru_gen_ages();
	fault_in();
	if (setup->pinned)
		pin_pages();
	drain();
	if (!setup->young)
		cool(A, setup->pages);
	mark_state("at-first");
	mark("TRACE begin");
}

static void stop_damon(void);
static void held_ends(bool flushes);

void tear_down(void)
{
	mark("TRACE end");
	/* The trace has ended half-way. No callback is held any more, and it goes to its end. */
	if (held.is_under_way) {
		device_holds(false);
		held_ends(false);
	}
	mark("SCENARIO %s end", process->trace);
	stop_damon();
	close(to_child[1]);
	waitpid(child, NULL, 0);
	if (forked[1] >= 0) {
		close(forked[1]);
		wait(NULL);
	}
}

/* ---- Accesses ---- */

void device_reads(int device, int page)
{
	device_accesses(device, page, false);
}

void device_writes(int device, int page)
{
	device_accesses(device, page, true);
}

void cpu_reads(int page)
{
	unsigned int value;

	mark("CPU begin P%d r va=0x%lx", page, address(page));
	value = *(volatile unsigned char *)address(page);
	mark("CPU end P%d value=0x%02x", page, value);
}

void cpu_writes(int page)
{
	unsigned int value;

	mark("CPU begin P%d w va=0x%lx", page, address(page));
	value = ++*(volatile unsigned char *)address(page);
	mark("CPU end P%d value=0x%02x", page, value);
}

/* The child has its turn on the CPU. A new process would be a fork, which is an event itself. */
void cpu_evicts(void)
{
	ask_child('e');
}

/* ---- Looks ---- */

/*
 * Reclaim is to look at one page. The others are taken off its lists by mlock2(), which with
 * MLOCK_ONFAULT touches no PTE.
 */
static void keep_others(int page, bool keep)
{
	for (int p = 0; p < process->pages; p++) {
		void *at = (void *)address(p);

		if (p == page)
			continue;
		if (keep ? mlock2(at, PAGE_SIZE, MLOCK_ONFAULT) : munlock(at, PAGE_SIZE))
			die("mlock2");
	}
	drain();
}

static void look_begins(int page)
{
	bool is_active;

	drain();
	keep_others(page, true);
	is_active = has(flags_of(page), KPF_ACTIVE);
	ask_child(is_active ? 'a' : 'f');
	mark("AGE begin %d of P%d, which is %s", ++looks, page, is_active ? "active" : "inactive");
	tell_child('r');
}

static void look_ends(int page)
{
	int result = answer_of_child();

	mark("AGE end %d result=%d", looks, result);
	keep_others(page, false);
	mark_state("after-look");
}

void reclaim_looks(int page)
{
	look_begins(page);
	look_ends(page);
}

void reclaim_looks_and_unmaps(int page)
{
	reclaim_looks(page);
}

/* ---- System calls ---- */

static void unmap_begins(int page)
{
	drain();
	mark("UNMAP begin P%d", page);
	if (process->reclaim_cpu == 1)
		tell_child('A' + page);
	else if (madvise((void *)address(page), PAGE_SIZE, MADV_PAGEOUT))
		die("MADV_PAGEOUT");
}

static void unmap_ends(int page, bool flushes)
{
	if (process->reclaim_cpu == 1 && answer_of_child())
		die("process_madvise");
	mark("UNMAP end P%d", page);
	/* Behind a batched unmap the next madvise() flushes everything: flush_tlb_batched_pending(). */
	if (flushes)
		drain();
	mark_state("after-unmap");
}

void reclaim_unmaps(int page)
{
	unmap_begins(page);
	unmap_ends(page, true);
}

void user_drops(int from, int to)
{
	mark("UNMAP begin P%d to P%d", from, to);
	if (madvise((void *)address(from), (to - from + 1) * PAGE_SIZE, MADV_DONTNEED))
		die("MADV_DONTNEED");
	mark("UNMAP end P%d to P%d", from, to);
	mark_state("after-unmap");
}

void user_pages_out(int page)
{
	drain();
	mark("MADV_PAGEOUT begin P%d", page);
	if (madvise((void *)address(page), PAGE_SIZE, MADV_PAGEOUT))
		die("MADV_PAGEOUT");
	mark("MADV_PAGEOUT end P%d result=0", page);
	drain();
	mark_state("after-pageout");
}

void user_cools(int page)
{
	cool(page, 1);
	mark_state("after-cold");
}

void user_clears_refs(void)
{
	mark("CLEAR_REFS begin");
	must_write("/proc/self/clear_refs", "1");
	mark("CLEAR_REFS end result=0");
}

void user_forks(void)
{
	pid_t copy;
	char byte;

	if (forked[1] < 0 && pipe2(forked, O_CLOEXEC))
		die("pipe");
	mark("FORK begin");
	copy = fork();
	if (copy < 0)
		die("fork");
	if (copy == 0) {
		close(forked[1]);
		close(to_child[1]);
		_exit(read(forked[0], &byte, 1) < 0);
	}
	mark("FORK end child=%d", copy);
	mark_state("after-fork");
}

void user_copies(int page)
{
	mark("MADV_POPULATE_WRITE begin P%d", page);
	if (madvise((void *)address(page), PAGE_SIZE, MADV_POPULATE_WRITE))
		die("MADV_POPULATE_WRITE");
	mark("MADV_POPULATE_WRITE end P%d result=0", page);
	mark_state("after-copy");
}

/* The other pages of the 2 MiB are not there, and come as zeroes. Nobody uses them. */
void user_collapses(int page)
{
	mark("MADV_COLLAPSE begin P%d", page);
	if (madvise((void *)REGION, HUGE_SIZE, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	if (madvise((void *)REGION, HUGE_SIZE, MADV_COLLAPSE))
		die("MADV_COLLAPSE");
	mark("MADV_COLLAPSE end P%d result=0", page);
	mark_state("after-collapse");
}

void user_writes_back(int page)
{
	mark("MSYNC begin P%d", page);
	if (msync((void *)address(page), PAGE_SIZE, MS_SYNC))
		die("msync");
	mark("MSYNC end P%d", page);
}

/* ---- The multi-gen LRU, by debugfs ---- */

#define LRU_GEN "/sys/kernel/debug/lru_gen"

/* The number of our cgroup, and its youngest generation. */
static void read_generations(int *cgroup, unsigned int *youngest)
{
	FILE *file = fopen(LRU_GEN, "r");
	char line[256], path[128];
	bool ours = false;
	unsigned int generation;
	unsigned long age;
	int number;

	if (!file)
		die(LRU_GEN);
	*cgroup = -1;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "memcg %d %127s", &number, path) == 2) {
			ours = !strcmp(path, "/trace");
			if (ours)
				*cgroup = number;
		} else if (ours && sscanf(line, " %u %lu", &generation, &age) == 2) {
			*youngest = generation;
		}
	}
	fclose(file);
	if (*cgroup < 0)
		die(LRU_GEN);
}

/* Makes a new generation, the youngest. */
static void lru_gen_ages(void)
{
	char command[96];
	unsigned int youngest = 0;
	int cgroup;

	drain();
	read_generations(&cgroup, &youngest);
	snprintf(command, sizeof(command), "+ %d 0 %u 1 1", cgroup, youngest);
	mark("LRU_GEN begin write '%s'", command);
	must_write(LRU_GEN, command);
	mark("LRU_GEN end result=0");
}

void lru_gen_walks(void)
{
	must_write(LRU_GEN_ENABLED, "y");
	lru_gen_ages();
	must_write(LRU_GEN_ENABLED, NO_WALKS);
}

void lru_gen_makes_oldest(void)
{
	lru_gen_ages();
	lru_gen_ages();
}

/* ---- DAMON, by sysfs ---- */

#define KDAMONDS "/sys/kernel/mm/damon/admin/kdamonds/"
#define CONTEXT KDAMONDS "0/contexts/0/"
#define TARGET CONTEXT "targets/0/"
/* Longer than any trace: DAMON looks again only when it is told to stop. */
#define NEVER_US "600000000"

static bool damon_runs;

static void write_number(const char *path, unsigned long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", number);
	must_write(path, text);
}

static void wait_ms(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

void damon_marks(int page)
{
	stop_damon();
	must_write(KDAMONDS "nr_kdamonds", "1");
	must_write(KDAMONDS "0/contexts/nr_contexts", "1");
	must_write(CONTEXT "operations", "vaddr");
	must_write(CONTEXT "monitoring_attrs/intervals/sample_us", NEVER_US);
	must_write(CONTEXT "monitoring_attrs/intervals/aggr_us", NEVER_US);
	must_write(CONTEXT "monitoring_attrs/intervals/update_us", NEVER_US);
	must_write(CONTEXT "targets/nr_targets", "1");
	write_number(TARGET "pid_target", getpid());
	must_write(TARGET "regions/nr_regions", "1");
	write_number(TARGET "regions/0/start", address(page));
	write_number(TARGET "regions/0/end", address(page) + PAGE_SIZE);
	mark("DAMON on, of P%d", page);
	must_write(KDAMONDS "0/state", "on");
	damon_runs = true;
	/* Its thread marks the page when it begins to run. */
	wait_ms(100);
}

static void stop_damon(void)
{
	if (!damon_runs)
		return;
	must_write(KDAMONDS "0/state", "off");
	must_write(KDAMONDS "nr_kdamonds", "0");
	damon_runs = false;
}

/* ---- Operations that are held in a callback, on the other CPU ---- */


void reclaim_look_begins(int page)
{
	device_holds(true);
	held.is_under_way = held.is_look = true;
	held.page = page;
	look_begins(page);
	device_awaits_held();
}

void reclaim_unmap_begins(int page)
{
	device_holds(true);
	held.is_under_way = true;
	held.is_look = false;
	held.page = page;
	unmap_begins(page);
	device_awaits_held();
}

void callback_goes_on(void)
{
	device_goes_on();
}

static void held_ends(bool flushes)
{
	if (held.is_look)
		look_ends(held.page);
	else
		unmap_ends(held.page, flushes);
	held.is_under_way = false;
}

static void lets_end(bool flushes)
{
	device_goes_on();
	/* Nothing of it is left to hold. A flush behind it is none of its own. */
	device_holds(false);
	held_ends(flushes);
}

void operation_ends(void)
{
	lets_end(false);
}

void operation_ends_and_flushes(void)
{
	lets_end(true);
}
