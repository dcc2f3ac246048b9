//! Who waits for whom → sequences and groups that run side by side, as a state machine can have them.
//!
//! A state machine has no arrows between branches. A graph that is made of sequences and groups (a series-parallel order) is laid out
//! exactly: a step starts when those that it waits for are done. Of any other graph the steps that wait for nobody run first, side by
//! side, and the rest after them: a step may then wait for more than it names, never for less.

#[cfg(test)]
mod tests;

/// Groups within groups. JSON is read by many tools to a depth of 128 only, and one group takes five of them.
const DEPTH: usize = 8;

/// Steps, by their index, in the order in which a machine runs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flow {
    /// One step.
    Step(usize),
    /// One after the other.
    Sequence(Vec<Flow>),
    /// Side by side.
    Parallel(Vec<Flow>),
}

impl Flow {
    /// So many steps, one after the other.
    pub fn chain(count: usize) -> Self {
        Self::sequence((0..count).map(Self::Step))
    }

    /// How many steps may run at once.
    pub fn width(&self) -> usize {
        match self {
            Self::Step(_) => 1,
            Self::Sequence(parts) => parts.iter().map(Self::width).max().unwrap_or(0),
            Self::Parallel(parts) => parts.iter().map(Self::width).sum(),
        }
    }

    /// The longest way, where a step takes `seconds`.
    pub fn longest(&self, seconds: &impl Fn(usize) -> u64) -> u64 {
        match self {
            Self::Step(step) => seconds(*step),
            Self::Sequence(parts) => parts.iter().map(|part| part.longest(seconds)).sum(),
            Self::Parallel(parts) => parts.iter().map(|part| part.longest(seconds)).max().unwrap_or(0),
        }
    }

    /// All steps in it.
    pub fn steps(&self) -> Vec<usize> {
        match self {
            Self::Step(step) => vec![*step],
            Self::Sequence(parts) | Self::Parallel(parts) => parts.iter().flat_map(Self::steps).collect(),
        }
    }

    /// Whether any step comes after another one.
    pub fn has_order(&self) -> bool {
        match self {
            Self::Step(_) => false,
            Self::Sequence(_) => true,
            Self::Parallel(parts) => parts.iter().any(Self::has_order),
        }
    }

    /// The first step; of a group, the first step of its first branch.
    pub fn lead(&self) -> Option<usize> {
        match self {
            Self::Step(step) => Some(*step),
            Self::Sequence(parts) | Self::Parallel(parts) => parts.first().and_then(Self::lead),
        }
    }

    /// A sequence without sequences in it.
    fn sequence(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Sequence(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::Sequence(flat) }
    }

    /// Single steps side by side; one alone is no group.
    fn group(steps: &[usize]) -> Self {
        match steps {
            [one] => Self::Step(*one),
            many => Self::Parallel(many.iter().map(|step| Self::Step(*step)).collect()),
        }
    }
}

/// Lays a graph without cycles out; `after[n]` are the steps that step `n` waits for. The time is at most the third power of the steps.
pub fn layout(after: &[Vec<usize>]) -> Flow {
    Order { before: ancestors(after) }.lay(&(0..after.len()).collect::<Vec<_>>(), 0)
}

/// For every step the steps that are done before it.
fn ancestors(after: &[Vec<usize>]) -> Vec<Vec<bool>> {
    let count = after.len();
    let mut before = vec![vec![false; count]; count];
    for step in 0..count {
        let mut open = after[step].clone();
        while let Some(other) = open.pop() {
            if !before[step][other] {
                before[step][other] = true;
                open.extend(&after[other]);
            }
        }
    }
    before
}

struct Order {
    /// `before[a][b]`: `b` is done before `a` starts.
    before: Vec<Vec<bool>>,
}

impl Order {
    fn ordered(&self, a: usize, b: usize) -> bool {
        self.before[a][b] || self.before[b][a]
    }

    fn lay(&self, steps: &[usize], depth: usize) -> Flow {
        if steps.len() < 2 {
            return Flow::group(steps);
        }
        let independent = parts(steps, |a, b| self.ordered(a, b));
        if independent.len() > 1 {
            return match depth < DEPTH {
                true => Flow::Parallel(independent.iter().map(|part| self.lay(part, depth + 1)).collect()),
                false => self.levels(steps),
            };
        }
        let mut stages = parts(steps, |a, b| !self.ordered(a, b));
        if stages.len() > 1 {
            // All steps of a stage are before all of the next one, so they have fewer steps before them.
            let done = |stage: &Vec<usize>| self.before[stage[0]].iter().filter(|b| **b).count();
            stages.sort_by_key(done);
            return Flow::sequence(stages.iter().map(|stage| self.lay(stage, depth)));
        }
        let (first, rest) = self.first(steps);
        Flow::sequence([Flow::group(&first), self.lay(&rest, depth)])
    }

    /// Those of `steps` that wait for none of them, and the rest.
    fn first(&self, steps: &[usize]) -> (Vec<usize>, Vec<usize>) {
        steps.iter().partition(|step| !steps.iter().any(|other| self.before[**step][*other]))
    }

    fn levels(&self, steps: &[usize]) -> Flow {
        let (mut levels, mut rest) = (Vec::new(), steps.to_vec());
        while !rest.is_empty() {
            let (level, later) = self.first(&rest);
            levels.push(Flow::group(&level));
            rest = later;
        }
        Flow::sequence(levels)
    }
}

/// `steps` in parts that no edge joins, in the order of their first steps.
fn parts(steps: &[usize], edge: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut left = steps.to_vec();
    let mut parts = Vec::new();
    while !left.is_empty() {
        let mut part = vec![left.remove(0)];
        let mut seen = 0;
        while let Some(step) = part.get(seen).copied() {
            let (joined, others): (Vec<usize>, Vec<usize>) = left.iter().partition(|other| edge(step, **other));
            part.extend(joined);
            left = others;
            seen += 1;
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}
