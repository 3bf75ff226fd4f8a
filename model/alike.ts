/** Tells which systems behave alike. */
import { lineUp, operationsOf } from './events.ts';
import { Machine } from './machine.ts';
import { NOBODY } from './others.ts';
import { GHOSTS } from './state.ts';
import type { Parts } from './system.ts';
import { OBSERVERS } from './system.ts';

/**
 * All that decides what a system does in its scope, as a text. Systems with the same text have the
 * same states and the same transitions, whatever ghosts are tracked. Rules know nothing else: they
 * read the state, the compiled operations, and the flags of the machine.
 */
export function behaviourOf(parts: Parts): string {
  const operations = operationsOf(parts);
  const kept = { ghosts: new Set(GHOSTS), seenBy: OBSERVERS, others: NOBODY };
  const machine = new Machine(parts, operations, kept);
  const flags = Object.entries(machine).filter(([, value]) => typeof value === 'boolean');
  const events = lineUp(parts, operations).map(({ event }) => event);
  const steps = operations.steps.map((step) => step && { ...step, operation: step.operation.name });
  const { byName } = operations;
  return JSON.stringify([parts.scope, flags, [...byName], steps, events, machine.layout.form]);
}
