//! The graph → places on a page: parents left of their children, groups that hang together side by side, lone pipelines in a grid.
//!
//! The crate `ascii-dag` puts each group into layers with few crossings, and counts in cells; all numbers here are pixels. It keeps room
//! between layers for lines with corners, which curves do not need, so the layers' own columns are set here.

use ascii_dag::ir::{LayoutIR, NodeKind};
use ascii_dag::{CustomNode, Direction, LayoutConfig};
use indexmap::IndexMap;

use super::{Graph, words};

/// One cell of the layered layout.
const CELL: (usize, usize) = (8, 16);
/// Height of a node, in cells: two lines of text.
const ROWS: usize = 3;
/// Room between two layers: the least, and how much more with many lines between them.
const BETWEEN: (usize, usize) = (64, 160);
/// How far a way back dips below the pipelines that it joins.
const DIP: usize = 44;
/// Room around a group.
const GAP: usize = 32;
/// Width that groups are packed into, unless one of them is wider.
const PAGE: usize = 1_600;

/// A point.
pub(super) type Point = (usize, usize);

/// A node's rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Area {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

/// Where everything is.
pub(super) struct Layout {
    pub width: usize,
    pub height: usize,
    /// By the node's position.
    pub nodes: Vec<Area>,
    /// By the edge's position.
    pub edges: Vec<Way>,
}

/// The way of an arrow.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    /// From the parent's right side over the way's bends to the child's left side.
    Forth(Vec<Point>),
    /// From under the parent to under the child, which lies left of it or in the same layer: only on a cycle.
    Back(Point, Point),
}

impl Way {
    fn points(&self) -> Vec<Point> {
        match self {
            Self::Forth(points) => points.clone(),
            Self::Back(from, to) => vec![*from, *to, (from.0, from.1.max(to.1) + DIP)],
        }
    }

    fn shift(&mut self, by: Point) {
        let moved = |point: &Point| (point.0 + by.0, point.1 + by.1);
        match self {
            Self::Forth(points) => points.iter_mut().for_each(|point| *point = moved(point)),
            Self::Back(from, to) => (*from, *to) = (moved(from), moved(to)),
        }
    }

    /// The arrow as a path of SVG: level at every point, with the turns half way between two.
    pub fn path(&self) -> String {
        let points = match self {
            Self::Back((x, y), (to, below)) => {
                return format!("M{x} {y}C{x} {} {to} {} {to} {below}", y + 4 * DIP / 3, below + 4 * DIP / 3);
            }
            Self::Forth(points) => points,
        };
        let mut path = points.first().map(|(x, y)| format!("M{x} {y}")).unwrap_or_default();
        for ((x, y), (to, line)) in points.iter().zip(points.iter().skip(1)) {
            let middle = x.midpoint(*to);
            let piece = if y == line { format!("H{to}") } else { format!("C{middle} {y} {middle} {line} {to} {line}") };
            path.push_str(&piece);
        }
        path
    }
}

/// Lays the graph out.
pub(super) fn layout(graph: &Graph) -> Layout {
    let mut page = Page {
        graph,
        layout: Layout {
            width: 0,
            height: 0,
            nodes: vec![Area::default(); graph.nodes.len()],
            edges: vec![Way::Forth(Vec::new()); graph.edges.len()],
        },
    };
    let (mut groups, lone): (Vec<_>, Vec<_>) = groups(graph).into_iter().partition(|group| !group.edges.is_empty());
    // Stable: the largest first, equal ones in the order of the graph.
    groups.sort_by_key(|group| std::cmp::Reverse(group.nodes.len()));
    let sizes: Vec<Point> = groups.iter().map(|group| page.group(group)).collect();
    let most = sizes.iter().map(|(width, _)| width + 2 * GAP).max().unwrap_or(0).max(PAGE);
    let (mut x, mut y, mut tall) = (GAP, GAP, 0);
    for (group, (width, height)) in groups.iter().zip(sizes) {
        if x > GAP && x + width + GAP > most {
            (x, y, tall) = (GAP, y + tall + GAP, 0);
        }
        page.shift(group, (x, y));
        x += width + GAP;
        tall = tall.max(height);
    }
    let below = if groups.is_empty() { GAP } else { y + tall + GAP };
    let lone: Vec<usize> = lone.into_iter().flat_map(|group| group.nodes).collect();
    page.grid(&lone, below, most);
    page.finished()
}

/// Nodes that hang together, and the edges among them, in the order of the graph.
#[derive(Default)]
struct Together {
    nodes: Vec<usize>,
    edges: Vec<usize>,
}

fn groups(graph: &Graph) -> Vec<Together> {
    let mut beside = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        beside[edge.parent].push(edge.child);
        beside[edge.child].push(edge.parent);
    }
    let mut group_of = vec![usize::MAX; graph.nodes.len()];
    let mut count = 0;
    for start in 0..graph.nodes.len() {
        if group_of[start] != usize::MAX {
            continue;
        }
        let mut open = vec![start];
        group_of[start] = count;
        while let Some(node) = open.pop() {
            for other in &beside[node] {
                if group_of[*other] == usize::MAX {
                    group_of[*other] = count;
                    open.push(*other);
                }
            }
        }
        count += 1;
    }
    let mut groups: Vec<Together> = (0..count).map(|_| Together::default()).collect();
    group_of.iter().enumerate().for_each(|(node, group)| groups[*group].nodes.push(node));
    graph.edges.iter().enumerate().for_each(|(at, edge)| groups[group_of[edge.child]].edges.push(at));
    groups
}

/// The left and right side of a layer.
type Column = (usize, usize);

/// Parent and child → their edges, in the order in which the layered layout gets them.
type Drawn = IndexMap<(usize, usize), Vec<usize>>;

/// The layers' columns: as wide as their widest node, apart by the lines between them.
fn columns(placed: &LayoutIR<'_>) -> Vec<Column> {
    let mut widths = vec![0; placed.level_count()];
    // What leaves each layer to the right is what stands in it: a node or a line that goes through.
    let mut lines = vec![0; placed.level_count()];
    for node in placed.nodes() {
        lines[node.level] += 1;
        if node.kind != NodeKind::Dummy {
            widths[node.level] = node.width.max(widths[node.level]);
        }
    }
    let mut left = 0;
    let mut columns = Vec::with_capacity(widths.len());
    for (width, lines) in widths.iter().zip(lines) {
        let right = left + width * CELL.0;
        columns.push((left, right));
        left = right + (BETWEEN.0 + 4 * lines).min(BETWEEN.1);
    }
    columns
}

struct Page<'a> {
    graph: &'a Graph,
    layout: Layout,
}

impl Page<'_> {
    /// Lays one group out at the page's corner and gives its size.
    fn group(&mut self, group: &Together) -> Point {
        let mut layered = ascii_dag::Graph::new();
        for node in &group.nodes {
            let width = self.cells(*node);
            layered.add_node(*node, CustomNode { label: "", width, height: ROWS, painter: None, payload: "" });
        }
        // Several edges between the same two are drawn over each other, so the layout needs the first one alone.
        let mut drawn: Drawn = IndexMap::new();
        for at in &group.edges {
            let edge = &self.graph.edges[*at];
            drawn.entry((edge.parent, edge.child)).or_default().push(*at);
        }
        for (parent, child) in drawn.keys() {
            layered.add_edge(*parent, *child, None);
        }
        let mut config = LayoutConfig::standard();
        config.direction = Direction::LeftRight;
        config.node_spacing = 1;
        config.include_dummy_nodes = true;
        let placed = layered.compute_layout_with_config(&config);
        let columns = columns(&placed);
        for node in placed.nodes().iter().filter(|node| node.kind != NodeKind::Dummy) {
            self.layout.nodes[node.id] = Area {
                x: columns[node.level].0,
                y: node.y * CELL.1,
                width: node.width * CELL.0,
                height: node.height * CELL.1,
            };
        }
        self.ways(&placed, &drawn, &columns);
        self.extent(group)
    }

    /// The ways of all edges of a group.
    fn ways(&mut self, placed: &LayoutIR<'_>, drawn: &Drawn, columns: &[Column]) {
        let mut bends: Vec<Vec<(usize, usize)>> = vec![Vec::new(); drawn.len()];
        for node in placed.nodes().iter().filter(|node| node.kind == NodeKind::Dummy) {
            if let Some(bends) = node.edge_index.and_then(|edge| bends.get_mut(edge)) {
                bends.push((node.level, node.y * CELL.1 + CELL.1 / 2));
            }
        }
        for (((parent, child), edges), mut bends) in drawn.iter().zip(bends) {
            let (from, to) = (self.layout.nodes[*parent], self.layout.nodes[*child]);
            let way = if to.x > from.x {
                bends.sort_unstable();
                let mut points = vec![(from.x + from.width, from.y + from.height / 2)];
                // Straight through the layer's column, so that no node there is crossed.
                points.extend(bends.iter().flat_map(|(level, y)| [(columns[*level].0, *y), (columns[*level].1, *y)]));
                points.push((to.x, to.y + to.height / 2));
                Way::Forth(points)
            } else {
                let under = |area: Area| (area.x + area.width / 2, area.y + area.height);
                Way::Back(under(from), under(to))
            };
            edges.iter().for_each(|at| self.layout.edges[*at] = way.clone());
        }
    }

    /// The lower right corner of a group.
    fn extent(&self, group: &Together) -> Point {
        let areas = group.nodes.iter().map(|node| self.layout.nodes[*node]);
        let corners = areas.map(|area| (area.x + area.width, area.y + area.height));
        let points = group.edges.iter().flat_map(|edge| self.layout.edges[*edge].points());
        corners.chain(points).fold((0, 0), |most, point| (most.0.max(point.0), most.1.max(point.1)))
    }

    fn shift(&mut self, group: &Together, by: Point) {
        for node in &group.nodes {
            let area = &mut self.layout.nodes[*node];
            (area.x, area.y) = (area.x + by.0, area.y + by.1);
        }
        for edge in &group.edges {
            self.layout.edges[*edge].shift(by);
        }
    }

    /// Nodes without edges, in rows of equal columns.
    fn grid(&mut self, nodes: &[usize], top: usize, most: usize) {
        let widest = nodes.iter().map(|node| self.cells(*node)).max().unwrap_or(1) * CELL.0;
        let columns = ((most - GAP) / (widest + GAP)).max(1);
        for (at, node) in nodes.iter().enumerate() {
            let (x, y) = (GAP + at % columns * (widest + GAP), top + at / columns * (ROWS + 1) * CELL.1);
            let width = self.cells(*node) * CELL.0;
            self.layout.nodes[*node] = Area { x, y, width, height: ROWS * CELL.1 };
        }
    }

    /// A node's width in cells: its longer line and room at both sides.
    fn cells(&self, node: usize) -> usize {
        let node = &self.graph.nodes[node];
        let (first, second) = lines(node);
        first.chars().count().max(second.chars().count() * 7 / 8) + 4
    }

    fn finished(mut self) -> Layout {
        let areas = self.layout.nodes.iter().map(|area| (area.x + area.width, area.y + area.height));
        let points = self.layout.edges.iter().flat_map(Way::points);
        let corner = areas.chain(points).fold((GAP, GAP), |most, p| (most.0.max(p.0), most.1.max(p.1)));
        (self.layout.width, self.layout.height) = (corner.0 + GAP, corner.1 + GAP);
        self.layout
    }
}

/// The two lines of text in a node.
pub(super) fn lines(node: &super::Node) -> (&str, String) {
    (&node.display_name, format!("{} · {}", words::account(node), words::start(node)))
}
