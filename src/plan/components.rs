//! A directed graph → its groups of nodes that reach each other.

/// The strongly connected components of more than one node, and single nodes with an edge to themselves: exactly the nodes that lie
/// on cycles. Each is sorted, and they stand by their first node.
///
/// `next[n]` are the nodes that `n` points to, each below `next.len()`. Tarjan's algorithm (SIAM Journal on Computing 1(2), 1972)
/// with a stack of its own instead of recursion: linear time, whatever the depth.
pub(crate) fn cyclic_components(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut walk = Walk {
        next,
        seen: 0,
        order: vec![0; next.len()],
        low: vec![0; next.len()],
        open: Vec::new(),
        found: Vec::new(),
    };
    for start in 0..next.len() {
        if walk.order[start] == 0 {
            walk.from(start);
        }
    }
    walk.found.sort_unstable();
    walk.found
}

/// [`Walk::order`] of a node whose component is complete.
const CLOSED: usize = usize::MAX;

struct Walk<'a> {
    next: &'a [Vec<usize>],
    /// How many nodes were entered.
    seen: usize,
    /// When each node was entered, from 1; 0 before, [`CLOSED`] after.
    order: Vec<usize>,
    /// The earliest open node that each node reaches.
    low: Vec<usize>,
    /// Nodes whose component is not complete, in the order of entering.
    open: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Walk<'_> {
    fn from(&mut self, start: usize) {
        // The way down: a node and how many of its edges were followed.
        let mut way = vec![(start, 0)];
        self.enter(start);
        while let Some((node, edge)) = way.last_mut() {
            let node = *node;
            match self.next[node].get(*edge) {
                Some(&to) => {
                    *edge += 1;
                    if self.order[to] == 0 {
                        self.enter(to);
                        way.push((to, 0));
                    } else if self.order[to] != CLOSED {
                        self.low[node] = self.low[node].min(self.order[to]);
                    }
                }
                None => {
                    way.pop();
                    if let Some((above, _)) = way.last() {
                        self.low[*above] = self.low[*above].min(self.low[node]);
                    }
                    if self.low[node] == self.order[node] {
                        self.close(node);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.seen += 1;
        self.order[node] = self.seen;
        self.low[node] = self.seen;
        self.open.push(node);
    }

    /// Takes the component whose first node is `node`.
    fn close(&mut self, node: usize) {
        let start = self.open.iter().rposition(|n| *n == node).unwrap_or(0);
        let mut component = self.open.split_off(start);
        component.iter().for_each(|n| self.order[*n] = CLOSED);
        component.sort_unstable();
        if component.len() > 1 || self.next[node].contains(&node) {
            self.found.push(component);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(nodes: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
        let mut next = vec![Vec::new(); nodes];
        edges.iter().for_each(|(from, to)| next[*from].push(*to));
        next
    }

    #[test]
    fn only_nodes_on_cycles_are_found() {
        let edges = [(0, 1), (1, 2), (2, 1), (2, 3), (4, 4), (5, 6), (6, 7), (7, 5), (3, 5), (8, 0)];
        assert_eq!(cyclic_components(&graph(9, &edges)), [vec![1, 2], vec![4], vec![5, 6, 7]]);
        assert_eq!(cyclic_components(&graph(3, &[(0, 1), (0, 2), (1, 2)])), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn cycles_that_share_a_node_are_one_component() {
        assert_eq!(cyclic_components(&graph(5, &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 1), (3, 4)])), [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn components_are_those_of_mutual_reach_on_every_graph_of_four_nodes() {
        for bits in 0..1_u32 << 16 {
            let next: Vec<Vec<usize>> =
                (0..4).map(|from| (0..4).filter(|to| bits >> (from * 4 + to) & 1 == 1).collect()).collect();
            let mut reach: [[bool; 4]; 4] =
                std::array::from_fn(|from| std::array::from_fn(|to| next[from].contains(&to)));
            for by in 0..4 {
                for from in 0..4 {
                    for to in 0..4 {
                        reach[from][to] |= reach[from][by] && reach[by][to];
                    }
                }
            }
            let mut expected: Vec<Vec<usize>> = Vec::new();
            for node in (0..4).filter(|n| reach[*n][*n]) {
                let mutual: Vec<usize> = (0..4).filter(|to| reach[node][*to] && reach[*to][node]).collect();
                if mutual[0] == node {
                    expected.push(mutual);
                }
            }
            assert_eq!(cyclic_components(&next), expected, "{next:?}");
        }
    }

    #[test]
    fn a_cycle_of_a_million_nodes_needs_no_deep_stack() {
        let nodes = 1_000_000;
        let next: Vec<Vec<usize>> = (0..nodes).map(|n| vec![(n + 1) % nodes]).collect();
        let found = cyclic_components(&next);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].len(), nodes);
    }
}
