/* SPDX-License-Identifier: GPL-2.0 */
/* What guest.c needs of the device, and what the device needs of it. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include "guest.h"

void mark(const char *format, ...) __attribute__((format(printf, 1, 2)));
void die(const char *what) __attribute__((noreturn));
unsigned long address(int page);

void device_set_up(const struct setup *setup);
void device_accesses(int device, int page, bool write);
void device_holds(bool holds);
void device_awaits_held(void);
void device_goes_on(void);

#endif
