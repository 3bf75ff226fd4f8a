/* SPDX-License-Identifier: GPL-2.0 */
/* The lines that youngdev writes into the trace buffer. `youngcheck conform` reads them. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM youngdev

#if !defined(YOUNGDEV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define YOUNGDEV_TRACE_H

#include <linux/tracepoint.h>

#define YOUNG_TEXT 160

DECLARE_EVENT_CLASS(young_text,
	TP_PROTO(const char *text),
	TP_ARGS(text),
	TP_STRUCT__entry(__array(char, text, YOUNG_TEXT)),
	TP_fast_assign(strscpy(__entry->text, text, YOUNG_TEXT);),
	TP_printk("%s", __entry->text)
);

/* What the device and the IOMMU did for an access. */
DEFINE_EVENT(young_text, atc_access, TP_PROTO(const char *text), TP_ARGS(text));
/* A step of a callback of the driver, in the words of its list, or of a cache. */
DEFINE_EVENT(young_text, atc_step, TP_PROTO(const char *text), TP_ARGS(text));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE youngdev-trace
#include <trace/define_trace.h>
