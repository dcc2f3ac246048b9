//! Rectangles do not overlap, arrows begin and end at their nodes, whatever the graph.

use proptest::prelude::*;

use super::numbered;
use crate::graph::Graph;
use crate::graph::layout::{Area, Layout, Way, layout};

fn apart(a: &Area, b: &Area) -> bool {
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
}

fn check(graph: &Graph, layout: &Layout) {
    for (at, area) in layout.nodes.iter().enumerate() {
        assert!(area.width > 0 && area.height > 0);
        assert!(area.x + area.width < layout.width && area.y + area.height < layout.height);
        for other in &layout.nodes[..at] {
            assert!(apart(area, other), "{area:?} and {other:?}");
        }
    }
    for (edge, way) in graph.edges.iter().zip(&layout.edges) {
        let (parent, child) = (layout.nodes[edge.parent], layout.nodes[edge.child]);
        match way {
            Way::Forth(points) => {
                assert_eq!(points.first(), Some(&(parent.x + parent.width, parent.y + parent.height / 2)));
                assert_eq!(points.last(), Some(&(child.x, child.y + child.height / 2)));
                assert!(points.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{points:?} goes to the right");
            }
            Way::Back(from, to) => {
                assert!(edge.in_cycle);
                assert_eq!(*from, (parent.x + parent.width / 2, parent.y + parent.height));
                assert_eq!(*to, (child.x + child.width / 2, child.y + child.height));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_graph_has_a_layout_without_overlaps(edges in prop::collection::vec((0..24_usize, 0..24_usize), 0..60)) {
        let graph = numbered(24, &edges);
        check(&graph, &layout(&graph));
    }
}

#[test]
fn an_empty_graph_is_an_empty_page() {
    let layout = layout(&numbered(0, &[]));
    assert!(layout.nodes.is_empty() && layout.width > 0 && layout.height > 0);
}

#[test]
fn lone_pipelines_fill_a_page_instead_of_a_column() {
    let graph = numbered(700, &[]);
    let layout = layout(&graph);
    check(&graph, &layout);
    assert!(layout.height < 8_000 && layout.width <= 1_700, "{} by {}", layout.width, layout.height);
}

#[test]
fn long_chains_and_wide_stars_need_no_deep_stack_and_little_time() {
    let chain: Vec<(usize, usize)> = (1..3_000).map(|at| (at - 1, at)).collect();
    let star: Vec<(usize, usize)> = (1..3_000).map(|at| (0, at)).collect();
    for edges in [chain, star] {
        let graph = numbered(3_000, &edges);
        assert_eq!(layout(&graph).nodes.len(), 3_000);
    }
}

#[test]
fn a_long_arrow_goes_straight_through_the_layers_between() {
    let graph = numbered(3, &[(0, 1), (1, 2), (0, 2)]);
    let layout = layout(&graph);
    let between = layout.nodes[1];
    let Way::Forth(points) = &layout.edges[2] else { panic!("it goes forth") };
    assert_eq!(points.len(), 4);
    assert_eq!((points[1].0, points[2].0), (between.x, between.x + between.width));
    assert_eq!(points[1].1, points[2].1);
    assert!(points[1].1 < between.y || points[1].1 > between.y + between.height);
}
