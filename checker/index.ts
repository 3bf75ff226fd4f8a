/** The library: what `import ... from 'youngcheck'` finds. */
export type { Extent, Result, Verdict, VerdictName } from './check.ts';
export { check, resultOf } from './check.ts';
export { Complaint } from './complaint.ts';
export type { Limits, Stop } from './search/search.ts';
export { Search } from './search/search.ts';
export { parseTrace } from './trace/parse.ts';
export { printTrace } from './trace/print.ts';
export type { Replay, ReplayStep } from './trace/replay.ts';
export { replay, traceOf } from './trace/replay.ts';
export { parseSystem, printSetup } from './trace/setup.ts';
export type { Trace } from './trace/trace.ts';
export type { Event } from '../model/events.ts';
export { eventText } from '../model/events.ts';
export { Model } from '../model/model.ts';
export type { Driver, Hardware, Kernel, Parts, Scope, System } from '../model/system.ts';
export type { Property } from '../properties/index.ts';
export { PROPERTIES, propertiesFor } from '../properties/index.ts';
