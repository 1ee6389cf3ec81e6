//! A budget in plain arithmetic: what was put into it, and what is held, set aside and gone of it.

/// A budget's counters as they are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// What it may come to: what was put into it, and what it has run over by.
    pub allocated: i64,
    /// What it has run over by.
    pub overrun: i64,
    /// Held while a colleague decides.
    pub reserved: i64,
    /// Set aside.
    pub committed: i64,
    /// Left.
    pub settled: i64,
}

/// A budget. It is over by exactly as much as more is taken of it than was put into it, and by nothing otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pot {
    /// Put into it, from outside or from another budget.
    pub put: i64,
    /// Held while a colleague decides.
    pub reserved: i64,
    /// Set aside.
    pub committed: i64,
    /// Left.
    pub settled: i64,
}

impl Pot {
    fn taken(self) -> i64 {
        self.reserved + self.committed + self.settled
    }

    /// What may still be taken without running over.
    pub fn available(self) -> i64 {
        (self.put - self.taken()).max(0)
    }

    /// As it is told.
    pub fn counters(self) -> Counters {
        let Self { put, reserved, committed, settled } = self;
        let overrun = (self.taken() - put).max(0);
        Counters { allocated: put + overrun, overrun, reserved, committed, settled }
    }
}
