//! An expression of template text → the part of a machine's text that stands for it.

use pipesynth_core::{Piece as SubPiece, Pseudo, Target};

use crate::construct::Fixed;
use crate::text::{Expression, Part, Piece};

const DAY_MILLISECONDS: i64 = 86_400_000;

/// The part for a piece of template text.
pub(crate) fn part(piece: &Piece, pipeline: &str) -> Part {
    let expression = match piece {
        Piece::Literal(text) => return Part::Literal(text.clone()),
        Piece::Expression(expression) => expression,
    };
    match expression {
        Expression::LogicalDate { days: 0, picture: None } => Part::Run("$logicalDate".into()),
        Expression::LogicalDate { days, picture } => Part::Run(date(*days, picture.as_deref())),
        Expression::RunId => Part::Run("$states.context.Execution.Name".into()),
        Expression::Pipeline => Part::Literal(pipeline.to_owned()),
        Expression::Account => Part::Stack(vec![SubPiece::Ref(Target::Pseudo(Pseudo::AccountId))]),
        Expression::Bucket => Part::Stack(Fixed::bucket()),
        Expression::Param(name) => Part::Run(format!("$string($params.{name})")),
    }
}

/// The logical date is a date without a time, so moving it by whole days is exact in UTC.
fn date(days: i64, picture: Option<&str>) -> String {
    let picture = picture.unwrap_or("[Y0001]-[M01]-[D01]");
    let shift = match days {
        0 => String::new(),
        _ => format!(" {} {}", if days < 0 { '-' } else { '+' }, days.abs() * DAY_MILLISECONDS),
    };
    format!("$fromMillis($toMillis($logicalDate){shift}, '{picture}')")
}
