// SPDX-License-Identifier: GPL-2.0
/*
 * youngdev plays the IOMMU, the devices and the driver of a system whose secondary MMU shares the
 * page table of a process (SVA). Everything around it is the kernel's own: the mm, its PTEs, the
 * fault handler, reclaim, and the calls of the MMU notifiers.
 *
 * The driver is a text: the list of actions of each callback, as a trace of youngcheck has it. An
 * access that its caches cannot answer walks the PTEs of the process, and sets the accessed and the
 * dirty bit as the walker of an IOMMU does. A PTE that does not allow it is faulted in.
 *
 * It was written after atcdev.c of the captures in suites/conformance: the walk, the page request
 * and the words of its lines are from there.
 */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include "youngdev.h"

#define CREATE_TRACE_POINTS
#include "youngdev-trace.h"

#define MAX_PAGES 4
#define MAX_DEVICES 3
#define MAX_ACTIONS 16
/* A callback must not sleep, and holds a spinlock: it waits no longer than this. */
#define LONGEST_NS NSEC_PER_SEC
/* How often an access is tried again behind a page request. */
#define TRIES 4

enum verb {
	FLUSH_IOTLB, POST_ATC, AWAIT_ATC,
	RETURN_ZERO, RETURN_ONE, RETURN_HARVESTED,
};

static const char *const verbs[] = {
	[FLUSH_IOTLB] = "flush-iotlb", [POST_ATC] = "post-atc", [AWAIT_ATC] = "await-atc",
	[RETURN_ZERO] = "return-zero", [RETURN_ONE] = "return-one",
	[RETURN_HARVESTED] = "return-harvested",
};

enum extent { PAGE, FIRST, ALL_BUT_LAST, NEXT, POW2, POW2_SHORT, WHOLE_MM };

static const char *const ranges[] = {
	[PAGE] = "page", [FIRST] = "first", [ALL_BUT_LAST] = "all-but-last", [NEXT] = "next",
	[POW2] = "pow2", [POW2_SHORT] = "pow2-short", [WHOLE_MM] = "mm",
};

enum callback { CLEAR_FLUSH_YOUNG, CLEAR_YOUNG, INVALIDATE, CALLBACKS };

static const char *const callbacks[] = {
	[CLEAR_FLUSH_YOUNG] = "clear_flush_young", [CLEAR_YOUNG] = "clear_young",
	[INVALIDATE] = "invalidate_secondary",
};

struct action {
	enum verb verb;
	enum extent range;
	bool if_harvested;	/* a shared secondary has no bit of its own to harvest */
};

struct list {
	unsigned int count;
	struct action actions[MAX_ACTIONS];
};

enum access_flag { BY_HARDWARE, BY_FAULT, IGNORED };

struct entry {
	bool present, write;
	unsigned long pfn;
};

enum request_state { NONE, ASKED, TRANSLATED };

/* Between one device and the IOMMU, about one page. */
struct link {
	struct entry atc;
	enum request_state request;
	bool write;
	struct entry answer;
	bool invalidation;
};

/* An IOMMU, its driver's notifier, and the devices behind it, bound to one mm. */
struct young {
	struct mmu_notifier notifier;
	struct mm_struct *mm;
	unsigned long start;
	unsigned int pages, devices;
	struct list lists[CALLBACKS];
	bool ats, has_iotlb, drops_overtaken, rewalks, in_vain;
	enum access_flag access_flag;

	spinlock_t lock;	/* the caches and the messages */
	struct entry iotlb[MAX_PAGES];
	struct link links[MAX_DEVICES][MAX_PAGES];

	/*
	 * Where a callback is held. The tokens are what it may still do: an action, or to return. What
	 * it has done since it was held is counted.
	 */
	bool holds, is_held;
	unsigned int tokens, done;
};

#define young_of(mn) container_of(mn, struct young, notifier)

#define say(event, ...)						\
	do {							\
		char text[YOUNG_TEXT];				\
								\
		snprintf(text, sizeof(text), __VA_ARGS__);	\
		trace_##event(text);				\
	} while (0)

/* ---- The caches ---- */

struct span {
	int from, to;		/* pages of the region; nothing if to < from */
};

static void say_step(struct young *y, const char *verb, struct span s, unsigned int dropped)
{
	/* The words are those of an ATC. Without one the program's markers have to do. */
	if (y->ats)
		say(atc_step, "%s start=0x%lx end=0x%lx dropped=%u", verb,
		    y->start + s.from * PAGE_SIZE, y->start + (s.to + 1) * PAGE_SIZE, dropped);
}

static unsigned int drop(struct entry *entry)
{
	unsigned int had = entry->present;

	entry->present = false;
	return had;
}

/* What a device does with an invalidation. Called with the lock. */
static unsigned int handle(struct young *y, struct link *link)
{
	link->invalidation = false;
	/* What it drops instead is another address, so that a completion is not overtaken either. */
	if (y->in_vain)
		return 0;
	if (y->drops_overtaken && link->request == TRANSLATED)
		link->request = ASKED;
	return drop(&link->atc);
}

static unsigned int post_atc(struct young *y, struct span s)
{
	unsigned int d, dropped = 0;
	int p;

	for (d = 0; d < y->devices; d++)
		for (p = s.from; p <= s.to; p++) {
			y->links[d][p].invalidation = true;
			if (!y->holds)
				dropped += handle(y, &y->links[d][p]);
		}
	return dropped;
}

static bool is_pending(struct young *y, struct span s)
{
	unsigned int d;
	int p;

	for (d = 0; d < y->devices; d++)
		for (p = s.from; p <= s.to; p++)
			if (y->links[d][p].invalidation)
				return true;
	return false;
}

/* ---- The callbacks ---- */

static struct span span_of(struct young *y, enum extent range, struct span told)
{
	int count = told.to - told.from + 1, size = 1, first;

	if (range == WHOLE_MM)
		return (struct span){ 0, y->pages - 1 };
	if (count <= 0)
		return told;
	while (told.from / size != told.to / size)
		size *= 2;
	first = told.from / size * size;
	switch (range) {
	case FIRST:
		told.to = told.from;
		break;
	case ALL_BUT_LAST:
		told.to--;
		break;
	case NEXT:
		told.to++;
		break;
	case POW2:
		told = (struct span){ first, first + size - 1 };
		break;
	case POW2_SHORT:
		told = (struct span){ first, first + count - 1 };
		break;
	default:
		break;
	}
	told.to = min(told.to, (int)y->pages - 1);
	return told;
}

/* Waits until the program lets the callback go on. Returns false if it takes too long. */
static bool wait_for_token(struct young *y, u64 until)
{
	bool got = false;

	WRITE_ONCE(y->is_held, true);
	while (!got && ktime_get_ns() < until) {
		spin_lock(&y->lock);
		got = y->tokens > 0 || !y->holds;
		if (y->tokens > 0)
			y->tokens--;
		spin_unlock(&y->lock);
		cpu_relax();
	}
	WRITE_ONCE(y->is_held, false);
	return got;
}

static void count_done(struct young *y)
{
	spin_lock(&y->lock);
	y->done++;
	spin_unlock(&y->lock);
}

static bool wait_for_devices(struct young *y, struct span s, u64 until)
{
	bool pending = true;

	while (pending && ktime_get_ns() < until) {
		spin_lock(&y->lock);
		pending = is_pending(y, s);
		spin_unlock(&y->lock);
		cpu_relax();
	}
	return !pending;
}

static bool take(struct young *y, enum verb verb, struct span s, u64 until)
{
	unsigned int dropped = 0;
	int p;

	if (verb == AWAIT_ATC && !wait_for_devices(y, s, until))
		return false;
	spin_lock(&y->lock);
	if (verb == FLUSH_IOTLB)
		for (p = s.from; p <= s.to; p++)
			dropped += drop(&y->iotlb[p]);
	else if (verb == POST_ATC)
		dropped = post_atc(y, s);
	spin_unlock(&y->lock);
	say_step(y, verbs[verb], s, dropped);
	return true;
}

/* A step that has nothing to act on is no event of the model, and nothing waits for it. */
static bool is_event(struct young *y, enum verb verb)
{
	return verb == FLUSH_IOTLB ? y->has_iotlb : y->ats;
}

static int run(struct young *y, enum callback which, unsigned long start, unsigned long end)
{
	u64 until = ktime_get_ns() + LONGEST_NS;
	unsigned long last = y->start + y->pages * PAGE_SIZE;
	bool in_time = true, holds = READ_ONCE(y->holds);
	const struct list *list = &y->lists[which];
	struct span told;
	unsigned int i;
	int ret = 0;

	/* 6.12 tells 0 to -1 where another CPU runs the mm */
	if (list->count == 0 || end <= y->start || start >= last)
		return 0;
	told.from = (max(start, y->start) - y->start) / PAGE_SIZE;
	told.to = (min(end, last) - 1 - y->start) / PAGE_SIZE;
	for (i = 0; i < list->count; i++) {
		const struct action *action = &list->actions[i];

		if (action->if_harvested)
			continue;
		if (action->verb >= RETURN_ZERO) {
			ret = action->verb == RETURN_ONE;
			continue;
		}
		if (!is_event(y, action->verb))
			continue;
		in_time = in_time && (!holds || wait_for_token(y, until));
		in_time = take(y, action->verb, span_of(y, action->range, told), until) && in_time;
		count_done(y);
	}
	in_time = in_time && (!holds || wait_for_token(y, until));
	count_done(y);
	if (!in_time)
		say(atc_step, "overrun start=0x%lx end=0x%lx: %s has waited for a second",
		    start, end, callbacks[which]);
	return ret;
}

static int clear_flush_young(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long start,
			     unsigned long end)
{
	return run(young_of(mn), CLEAR_FLUSH_YOUNG, start, end);
}

static int clear_young(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long start,
		       unsigned long end)
{
	return run(young_of(mn), CLEAR_YOUNG, start, end);
}

static void invalidate(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long start,
		       unsigned long end)
{
	run(young_of(mn), INVALIDATE, start, end);
}

static const struct mmu_notifier_ops ops = {
	.clear_flush_young = clear_flush_young,
	.clear_young = clear_young,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	.arch_invalidate_secondary_tlbs = invalidate,
#else
	.invalidate_range = invalidate,
#endif
};

/* ---- Translation ---- */

/*
 * The PTE of an address, found as hardware finds it: without the lock of the page table, which an
 * operation may hold while its callback waits. The caller holds mmap_lock, so that tables stay.
 * Hardware sets the accessed bit of a table's entry, too: where it is clear, the multi-gen LRU does
 * not look at the PTEs.
 */
static pte_t *walk(struct mm_struct *mm, unsigned long addr, bool marks)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d) || p4d_bad(*p4d))
		return NULL;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud) || pud_bad(*pud))
		return NULL;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return NULL;
	/* It maps a huge page. Its bits are where a PTE has them. */
	if (pmd_leaf(*pmd))
		return (pte_t *)pmd;
	if (pmd_bad(*pmd))
		return NULL;
	if (marks)
		set_bit(_PAGE_BIT_ACCESSED, (unsigned long *)pmd);
	return pte_offset_kernel(pmd, addr);
}

/* The frame of an address. A huge page has one PMD for all of them. */
static unsigned long frame_of(pte_t pte, unsigned long addr)
{
	return pte_pfn(pte) + (pte_huge(pte) ? (addr & ~PMD_MASK) >> PAGE_SHIFT : 0);
}

static pte_t read_pte(struct mm_struct *mm, unsigned long addr)
{
	pte_t *ptep = walk(mm, addr, false);

	return ptep ? READ_ONCE(*ptep) : __pte(0);
}

/* What the walker sets in a PTE that allows the access. */
static void mark(pte_t *ptep, bool write)
{
	set_bit(_PAGE_BIT_ACCESSED, (unsigned long *)&ptep->pte);
	if (write)
		set_bit(_PAGE_BIT_DIRTY, (unsigned long *)&ptep->pte);
}

static int page_request(struct young *y, struct young_call *c)
{
	if (y->ats)
		say(atc_access, "page request addr=0x%lx write=%u", (unsigned long)c->addr,
		    c->write);
	c->faults++;
	return fixup_user_fault(y->mm, c->addr, c->write ? FAULT_FLAG_WRITE : 0, NULL);
}

/* An entry of the IOTLB without write answers a write request with a fault, and stays. */
static bool is_refused(struct young *y, const struct entry *iotlb, bool write)
{
	return !y->rewalks && iotlb->present && write && !iotlb->write;
}

/*
 * The IOMMU translates: by its IOTLB, or by a walk, with page requests where the PTE does not allow
 * it. `how` tells of it, for the log. Called with mmap_lock held for reading.
 */
static int translate(struct young *y, struct young_call *c, int p, struct entry *result,
		     char *how, size_t size)
{
	struct entry *iotlb = &y->iotlb[p];
	pte_t *ptep, old;
	int tries, ret;

	*result = (struct entry){ .present = true, .write = c->write };
	for (tries = 0; tries < TRIES; tries++) {
		spin_lock(&y->lock);
		if (y->has_iotlb && iotlb->present && (!c->write || iotlb->write)) {
			result->pfn = iotlb->pfn;
			spin_unlock(&y->lock);
			snprintf(how, size, "answered by the IOTLB");
			return 0;
		}
		spin_unlock(&y->lock);
		if (is_refused(y, iotlb, c->write)) {
			if (tries > 0) {
				c->path = YOUNG_LOOPS;
				return -ELOOP;
			}
			ret = page_request(y, c);
			if (ret)
				return ret;
			continue;
		}
		ptep = walk(y->mm, c->addr, y->access_flag == BY_HARDWARE);
		old = ptep ? READ_ONCE(*ptep) : __pte(0);
		if (pte_present(old) && (!c->write || pte_write(old)) &&
		    (y->access_flag != BY_FAULT ||
		     (pte_young(old) && (!c->write || pte_dirty(old))))) {
			if (y->access_flag == BY_HARDWARE)
				mark(ptep, c->write);
			result->pfn = frame_of(old, c->addr);
			spin_lock(&y->lock);
			if (y->has_iotlb) {
				*iotlb = *result;
				if (!y->rewalks)
					iotlb->write = pte_write(*ptep) && pte_dirty(*ptep);
			}
			spin_unlock(&y->lock);
			snprintf(how, size, "walk pte 0x%lx -> 0x%lx", pte_val(old), pte_val(*ptep));
			return 0;
		}
		ret = page_request(y, c);
		if (ret)
			return ret;
	}
	return -EAGAIN;
}

/*
 * The access itself, by the frame that a cache names. Where the page has lost that frame, somebody
 * else may own it: then a write is told of, and not made, as the guest should live on.
 */
static void touch(struct young *y, struct young_call *c, unsigned long pfn)
{
	pte_t pte = read_pte(y->mm, c->addr);
	bool is_mapped = pte_present(pte) && frame_of(pte, c->addr) == pfn;
	u8 *byte = kmap_local_page(pfn_to_page(pfn));

	if (c->write && is_mapped)
		byte[0]++;
	c->value = READ_ONCE(byte[0]);
	kunmap_local(byte);
	c->pa = (u64)pfn << PAGE_SHIFT;
}

static bool answers(const struct entry *entry, bool write)
{
	return entry->present && (entry->write || !write);
}

static bool hits(struct young *y, struct young_call *c, struct link *link)
{
	unsigned long pfn;
	bool is_hit;

	spin_lock(&y->lock);
	is_hit = y->ats && answers(&link->atc, c->write);
	pfn = link->atc.pfn;
	spin_unlock(&y->lock);
	if (!is_hit)
		return false;
	touch(y, c, pfn);
	c->path = YOUNG_ATC_HIT;
	say(atc_access, "ATC hit addr=0x%lx pfn=0x%lx write=%u (PTE not looked at)",
	    (unsigned long)c->addr, pfn, c->write);
	return true;
}

static int access(struct young *y, struct young_call *c, struct link *link, int p)
{
	struct entry result;
	char how[64];
	int ret;

	if (hits(y, c, link))
		return 0;
	c->path = y->ats ? YOUNG_ATC_MISS : YOUNG_DMA;
	ret = translate(y, c, p, &result, how, sizeof(how));
	if (ret)
		return ret;
	spin_lock(&y->lock);
	if (y->ats)
		link->atc = result;
	spin_unlock(&y->lock);
	touch(y, c, result.pfn);
	if (y->ats)
		say(atc_access, "ATC miss addr=0x%lx write=%u %s cached pfn=0x%lx",
		    (unsigned long)c->addr, c->write, how, result.pfn);
	return 0;
}

static int request(struct young *y, struct young_call *c, struct link *link)
{
	if (link->request != NONE || answers(&link->atc, c->write))
		return -EBUSY;
	link->request = ASKED;
	link->write = c->write;
	say(atc_access, "request addr=0x%lx write=%u", (unsigned long)c->addr, c->write);
	return 0;
}

static int translate_held(struct young *y, struct young_call *c, struct link *link, int p)
{
	char how[64];
	int ret;

	if (link->request != ASKED)
		return -EINVAL;
	c->write = link->write;
	ret = translate(y, c, p, &link->answer, how, sizeof(how));
	if (ret)
		return ret;
	say(atc_access, "translate addr=0x%lx write=%u %s", (unsigned long)c->addr, c->write, how);
	spin_lock(&y->lock);
	link->request = TRANSLATED;
	spin_unlock(&y->lock);
	return 0;
}

static int complete_held(struct young *y, struct young_call *c, struct link *link)
{
	struct entry answer;

	spin_lock(&y->lock);
	if (link->request != TRANSLATED) {
		spin_unlock(&y->lock);
		return -EINVAL;
	}
	link->request = NONE;
	link->atc = answer = link->answer;
	spin_unlock(&y->lock);
	c->write = link->write;
	c->path = YOUNG_ATC_MISS;
	touch(y, c, answer.pfn);
	say(atc_access, "complete addr=0x%lx write=%u cached pfn=0x%lx", (unsigned long)c->addr,
	    c->write, answer.pfn);
	return 0;
}

static int handle_held(struct young *y, struct link *link, struct span page)
{
	unsigned int dropped;

	spin_lock(&y->lock);
	if (!link->invalidation) {
		spin_unlock(&y->lock);
		return -EINVAL;
	}
	dropped = handle(y, link);
	spin_unlock(&y->lock);
	say_step(y, "handle-invalidation", page, dropped);
	return 0;
}

static void evict(struct young *y, struct entry *entry, const char *verb, struct span page)
{
	unsigned int dropped;

	spin_lock(&y->lock);
	dropped = drop(entry);
	spin_unlock(&y->lock);
	say_step(y, verb, page, dropped);
}

static int await_held(struct young *y)
{
	u64 until = ktime_get_ns() + LONGEST_NS;

	while (!READ_ONCE(y->is_held) && ktime_get_ns() < until)
		cond_resched();
	return READ_ONCE(y->is_held) ? 0 : -ETIMEDOUT;
}

/* Lets a callback take one action, or return, and waits until it has. */
static int go(struct young *y)
{
	u64 until = ktime_get_ns() + LONGEST_NS;
	bool is_done = false;
	unsigned int before;

	spin_lock(&y->lock);
	before = y->done;
	y->tokens++;
	spin_unlock(&y->lock);
	while (!is_done && ktime_get_ns() < until) {
		spin_lock(&y->lock);
		is_done = y->done != before;
		spin_unlock(&y->lock);
		cond_resched();
	}
	return is_done ? 0 : -ETIMEDOUT;
}

/* ---- The program's side ---- */

static long call(struct young *y, struct young_call *c)
{
	unsigned long addr = c->addr & PAGE_MASK;
	int p = (addr - y->start) / PAGE_SIZE;
	struct span page = { p, p };
	struct link *link;

	if (c->op == YOUNG_HOLD) {
		WRITE_ONCE(y->holds, c->write);
		return 0;
	}
	if (c->op == YOUNG_AWAIT_HELD)
		return await_held(y);
	if (c->op == YOUNG_GO)
		return go(y);
	if (addr < y->start || p >= y->pages || c->device >= y->devices)
		return -EINVAL;
	c->addr = addr;
	c->faults = 0;
	link = &y->links[c->device][p];
	switch (c->op) {
	case YOUNG_ACCESS:
		return access(y, c, link, p);
	case YOUNG_REQUEST:
		return request(y, c, link);
	case YOUNG_TRANSLATE:
		return translate_held(y, c, link, p);
	case YOUNG_COMPLETE:
		return complete_held(y, c, link);
	case YOUNG_HANDLE:
		return handle_held(y, link, page);
	case YOUNG_EVICT_ATC:
		evict(y, &link->atc, "evict", page);
		return 0;
	case YOUNG_EVICT_IOTLB:
		evict(y, &y->iotlb[p], "evict-iotlb", page);
		return 0;
	case YOUNG_PEEK:
		c->pte = pte_val(read_pte(y->mm, addr));
		return 0;
	}
	return -EINVAL;
}

static long young_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct young *y = file->private_data;
	struct young_call c;
	long ret;

	if (cmd != YOUNG_CALL)
		return -ENOTTY;
	if (!y || y->mm != current->mm)
		return -EINVAL;
	if (copy_from_user(&c, (void __user *)arg, sizeof(c)))
		return -EFAULT;
	mmap_read_lock(y->mm);
	ret = call(y, &c);
	mmap_read_unlock(y->mm);
	if (copy_to_user((void __user *)arg, &c, sizeof(c)))
		return -EFAULT;
	return ret;
}

/* ---- The text that binds it ---- */

static int add(struct list *list, const struct action *action)
{
	if (list->count == MAX_ACTIONS)
		return -E2BIG;
	list->actions[list->count++] = *action;
	return 0;
}

/* One action: NAME, NAME@RANGE, NAME?harvested. */
static int read_action(char *word, struct list *list)
{
	char *condition = strchr(word, '?'), *range;
	struct action action = { .if_harvested = condition != NULL };
	int verb, which = PAGE;

	if (condition) {
		if (strcmp(condition, "?harvested"))
			return -EINVAL;
		*condition = '\0';
	}
	range = strchr(word, '@');
	if (range) {
		*range = '\0';
		which = match_string(ranges, ARRAY_SIZE(ranges), range + 1);
	}
	verb = match_string(verbs, ARRAY_SIZE(verbs), word);
	if (verb < 0 || which < 0)
		return -EINVAL;
	action.verb = verb;
	action.range = which;
	return add(list, &action);
}

static int read_list(char *text, struct list *list)
{
	char *word;
	int ret = 0;

	while (!ret && (word = strsep(&text, ",")))
		ret = read_action(word, list);
	return ret;
}

static int read_field(struct young *y, char *name, char *value)
{
	static const char *const flags[] = { "hardware", "fault", "ignored" };
	int which = match_string(callbacks, CALLBACKS, name);
	unsigned long number;

	if (which >= 0)
		return read_list(value, &y->lists[which]);
	if (!strcmp(name, "accessFlag")) {
		which = match_string(flags, ARRAY_SIZE(flags), value);
		if (which < 0)
			return -EINVAL;
		y->access_flag = which;
		return 0;
	}
	if (kstrtoul(value, 0, &number))
		return -EINVAL;
	if (!strcmp(name, "region"))
		y->start = number;
	else if (!strcmp(name, "pages"))
		y->pages = number;
	else if (!strcmp(name, "devices"))
		y->devices = number;
	else if (!strcmp(name, "ats"))
		y->ats = number;
	else if (!strcmp(name, "iotlb"))
		y->has_iotlb = number;
	else if (!strcmp(name, "dropsOvertakenCompletions"))
		y->drops_overtaken = number;
	else if (!strcmp(name, "rewalksOnPermissionFault"))
		y->rewalks = number;
	else if (!strcmp(name, "inVain"))
		y->in_vain = number;
	else
		return -EINVAL;
	return 0;
}

/* Fields NAME=VALUE with blanks between. */
static int read_text(struct young *y, char *text)
{
	char *field;
	int ret = 0;

	while (!ret && (field = strsep(&text, " \n"))) {
		char *value = strchr(field, '=');

		if (*field == '\0')
			continue;
		if (!value)
			return -EINVAL;
		*value++ = '\0';
		ret = read_field(y, field, value);
	}
	if (ret)
		return ret;
	if (y->pages < 1 || y->pages > MAX_PAGES || y->devices < 1 || y->devices > MAX_DEVICES)
		return -EINVAL;
	return 0;
}

static ssize_t young_write(struct file *file, const char __user *buffer, size_t size, loff_t *at)
{
	struct young *y;
	char *text;
	int ret;

	if (file->private_data)
		return -EBUSY;
	text = memdup_user_nul(buffer, min_t(size_t, size, PAGE_SIZE));
	if (IS_ERR(text))
		return PTR_ERR(text);
	y = kzalloc(sizeof(*y), GFP_KERNEL);
	ret = y ? read_text(y, text) : -ENOMEM;
	kfree(text);
	if (ret)
		goto fail;
	spin_lock_init(&y->lock);
	y->mm = current->mm;
	y->notifier.ops = &ops;
	ret = mmu_notifier_register(&y->notifier, y->mm);
	if (ret)
		goto fail;
	mmgrab(y->mm);
	file->private_data = y;
	return size;
fail:
	kfree(y);
	return ret;
}

/* A misc device is opened with its own struct in private_data. */
static int young_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;
	return 0;
}

static int young_close(struct inode *inode, struct file *file)
{
	struct young *y = file->private_data;

	if (!y)
		return 0;
	mmu_notifier_unregister(&y->notifier, y->mm);
	mmdrop(y->mm);
	kfree(y);
	return 0;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = young_open,
	.release = young_close,
	.write = young_write,
	.unlocked_ioctl = young_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "youngdev",
	.fops = &fops,
};

module_misc_device(device);
MODULE_DESCRIPTION("A device with an ATC that is played against a real mm");
MODULE_LICENSE("GPL");
