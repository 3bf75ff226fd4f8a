/** Several threads that answer questions, each one question at a time. */
import type { Worker } from 'node:worker_threads';
import { Interrupted } from './progress.ts';
import { startThread } from './thread.ts';

interface Question<Request, Reply> {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
}

export class Pool<Request, Reply> {
  private readonly module: string;
  private readonly settings: unknown;
  private readonly most: number;
  private readonly waiting: Question<Request, Reply>[] = [];
  private readonly idle: Worker[] = [];
  private readonly busy = new Map<Worker, Question<Request, Reply>>();
  private over = false;

  /**
   * `module` is started as a thread when it is needed, at most so many times. It gets the settings,
   * and replies to each message. Once told to stop, what was asked is rejected as interrupted.
   */
  constructor(module: string, settings: unknown, most: number, stop?: AbortSignal) {
    this.module = module;
    this.settings = settings;
    this.most = most;
    if (stop?.aborted === true) this.over = true;
    stop?.addEventListener('abort', () => void this.end());
  }

  /** Asks the next thread that is free. The first question that was asked is the first sent. */
  ask(request: Request): Promise<Reply> {
    if (this.over) return Promise.reject(new Interrupted());
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.send();
    });
  }

  /** Ends all threads, and rejects what they have not answered. */
  async end(reason: unknown = new Interrupted()): Promise<void> {
    this.over = true;
    const left = [...this.busy.values(), ...this.waiting.splice(0)];
    const threads = [...this.busy.keys(), ...this.idle.splice(0)];
    this.busy.clear();
    for (const { reject } of left) reject(reason);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  private send(): void {
    while (this.waiting.length > 0) {
      const thread = this.idle.pop() ?? this.started();
      if (thread === undefined) return;
      const question = this.waiting.shift()!;
      this.busy.set(thread, question);
      thread.postMessage(question.request);
    }
  }

  private started(): Worker | undefined {
    if (this.busy.size + this.idle.length >= this.most) return undefined;
    const thread = startThread(this.module, this.settings);
    thread.on('message', (reply: Reply) => {
      const question = this.busy.get(thread);
      this.busy.delete(thread);
      if (this.over) return;
      this.idle.push(thread);
      question?.resolve(reply);
      this.send();
    });
    thread.on('error', (error) => void this.end(error));
    return thread;
  }
}
