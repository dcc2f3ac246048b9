// Virtual time in seconds. Whoever sleeps belongs to a scope; a scope that is stopped never wakes up again.

/** A part of a run that can be stopped with all parts within it: an execution, a branch of a Parallel state. */
export class Scope {
  #parent;
  #stopped = false;

  constructor(parent) {
    this.#parent = parent;
  }

  stop() {
    this.#stopped = true;
  }

  get over() {
    return this.#stopped || (this.#parent?.over ?? false);
  }
}

/** A clock that jumps to the next sleeper as soon as nobody has anything left to do. */
export class Clock {
  now = 0;
  #sleepers = [];

  /** Wakes up after so many seconds; those of one instant in the order in which they lay down. */
  sleep(seconds, scope) {
    return new Promise((resolve) => {
      const at = this.now + seconds;
      const later = this.#sleepers.findIndex((other) => other.at > at);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, { at, scope, resolve });
    });
  }

  /** Lets time pass until the promise is settled. */
  async until(promise) {
    let settled = false;
    const mark = () => (settled = true);
    promise.then(mark, mark);
    for (;;) {
      // Expressions are evaluated in microtasks alone: after one turn of the event loop everybody sleeps or is done.
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return promise;
      this.#sleepers = this.#sleepers.filter((sleeper) => !sleeper.scope?.over);
      const next = this.#sleepers.shift();
      if (!next) throw new Error("the run waits for something that never comes");
      this.now = next.at;
      next.resolve();
    }
  }
}
