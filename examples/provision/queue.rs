//! The accounts that are still to be registered, for all streams to take from.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::accounts::Account;

/// An account, and how often the server has put it off.
pub struct Task {
    pub account: Account,
    pub put_off: u32,
}

/// Shared by the threads.
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    ready: VecDeque<Task>,
    later: Vec<(Instant, Task)>,
    /// Taken, and not settled.
    out: usize,
    stopped: bool,
}

impl Queue {
    /// All of these are to be done.
    pub fn new(accounts: Vec<Account>) -> Self {
        let task = |account| Task {
            account,
            put_off: 0,
        };
        let state = State {
            ready: accounts.into_iter().map(task).collect(),
            later: Vec::new(),
            out: 0,
            stopped: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// The next one, if there is one by now. Whoever takes it gives it back or settles it.
    pub fn take(&self) -> Option<Task> {
        let mut state = self.state();
        if state.stopped {
            return None;
        }
        state.wake(Instant::now());
        let task = state.ready.pop_front()?;
        state.out += 1;
        Some(task)
    }

    /// It was not tried: it is the next one again.
    pub fn give_back(&self, task: Task) {
        self.change(|state| state.ready.push_front(task));
    }

    /// It is tried again after a pause.
    pub fn put_off(&self, task: Task, pause: Duration) {
        self.change(|state| state.later.push((Instant::now() + pause, task)));
    }

    /// It is known what came of one.
    pub fn settled(&self) {
        self.change(|_| ());
    }

    /// Nothing more is handed out.
    pub fn stop(&self) {
        self.state().stopped = true;
        self.changed.notify_all();
    }

    /// Waits until there is something to take: what others have taken may come back. False where
    /// nothing will.
    pub fn wait(&self) -> bool {
        let mut state = self.state();
        loop {
            let now = Instant::now();
            state.wake(now);
            if !state.ready.is_empty() && !state.stopped {
                return true;
            }
            let due = state.later.iter().map(|it| it.0).min();
            if state.stopped || due.is_none() && state.out == 0 {
                return false;
            }
            // The others tell of each change; only time passes by itself.
            let pause = due.map_or(Duration::from_secs(60), |due| due - now);
            let woken = self.changed.wait_timeout(state, pause);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What nobody did.
    pub fn into_rest(self) -> impl Iterator<Item = Account> {
        let state = self.state.into_inner();
        let state = state.unwrap_or_else(PoisonError::into_inner);
        let later = state.later.into_iter().map(|it| it.1);
        state.ready.into_iter().chain(later).map(|it| it.account)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        state.out -= 1;
        change(&mut state);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What was put off until now is ready.
    fn wake(&mut self, now: Instant) {
        let due = self.later.extract_if(.., |it| it.0 <= now);
        self.ready.extend(due.map(|it| it.1));
    }
}
