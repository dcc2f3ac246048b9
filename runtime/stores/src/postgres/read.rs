//! A query for items → all of them, whatever their size: in pages below the Data API's limits, long items in pieces.

use super::data_api::{DataApi, Failure, Field, Rows};

/// Characters of a piece: at most 32,000 bytes, so a row with its other columns is below 64 KB.
const PIECE: usize = 8_000;

/// Bytes of text in one page. Written as JSON they may become three times as many (two bytes of UTF-8 become `\u00e9`), and every row
/// has its notation: together below 1 MiB.
const PAGE: usize = 250_000;

/// Items that one page looks at.
const ITEMS: usize = 500;

/// Rows of names in one page: a child's id and a key have at most 253 bytes ([`pipesynth_engine::MAX_KEY`]), which as JSON is 1 KB at
/// most.
pub(super) const NAMES: usize = 900;

/// How often a read begins again because an item changed between two pages.
const TRIES: usize = 10;

/// An item as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Where it stands among the others of its query.
    pub place: String,
    /// What changes whenever the item does, and what the query says about it.
    pub mark: String,
    /// The item as JSON.
    pub doc: String,
}

/// Why a read came to nothing.
#[derive(Debug)]
pub(super) enum ReadError {
    Failed(Failure),
    /// Items changed again and again.
    Contended,
}

impl From<Failure> for ReadError {
    fn from(failure: Failure) -> Self {
        ReadError::Failed(failure)
    }
}

/// Reads all items of `query`, which gives the columns `place` (text, C collation, unique), `mark` and `doc` (text), has a
/// `WHERE place >= :place` or knows one item only, and no order and limit.
pub(super) fn items(api: &dyn DataApi, query: &str, parameters: &[(&str, Field)]) -> Result<Vec<Item>, ReadError> {
    let sql = paged(query);
    for _ in 0..TRIES {
        if let Some(items) = all_pages(api, &sql, parameters)? {
            return Ok(items);
        }
    }
    Err(ReadError::Contended)
}

fn paged(query: &str) -> String {
    format!(
        "WITH source AS MATERIALIZED (
  SELECT place, mark, doc FROM ({query}) q ORDER BY place LIMIT {ITEMS}
), pieces AS (
  SELECT s.place, s.mark, n.piece, n.piece = (greatest(length(s.doc), 1) - 1) / {PIECE} AS last,
    substr(s.doc, n.piece * {PIECE} + 1, {PIECE}) AS part
  FROM source s CROSS JOIN LATERAL generate_series(0, (greatest(length(s.doc), 1) - 1) / {PIECE}) AS n (piece)
  WHERE s.place > CAST(:place AS text) OR n.piece > CAST(:piece AS bigint)
), measured AS (
  SELECT *, count(*) OVER () AS rest,
    sum(octet_length(place) + octet_length(mark) + octet_length(part) + 64)
      OVER (ORDER BY place, piece ROWS UNBOUNDED PRECEDING) AS total
  FROM pieces
)
SELECT place, mark, CAST(piece AS bigint), last, part, rest, (SELECT count(*) FROM source) FROM measured
WHERE total <= {PAGE} ORDER BY place, piece"
    )
}

/// `None` where an item changed between two of its pieces.
fn all_pages(api: &dyn DataApi, sql: &str, parameters: &[(&str, Field)]) -> Result<Option<Vec<Item>>, Failure> {
    let (mut items, mut open) = (Vec::<Item>::new(), None::<Item>);
    let (mut place, mut piece) = (String::new(), -1_i64);
    loop {
        let mut all = vec![("place", Field::from(place.as_str())), ("piece", piece.into())];
        all.extend(parameters.iter().cloned());
        let rows = api.execute(sql, &all)?;
        let Some(last) = rows.last() else { return Ok(open.is_none().then_some(items)) };
        let (rest, looked_at) = (long(last, 5)?, long(last, 6)?);
        let whole = rows.len() as i64 == rest && looked_at < ITEMS as i64;
        for row in rows {
            let (row_place, mark, number) = (text(&row, 0)?, text(&row, 1)?, long(&row, 2)?);
            let mut item = match open.take() {
                Some(item) if item.place == row_place && item.mark == mark && number == piece + 1 => item,
                None if number == 0 => Item { place: row_place.clone(), mark, doc: String::new() },
                _ => return Ok(None),
            };
            item.doc.push_str(&text(&row, 4)?);
            if boolean(&row, 3)? {
                items.push(item)
            } else {
                open = Some(item)
            }
            (place, piece) = (row_place, number);
        }
        if whole {
            return Ok(open.is_none().then_some(items));
        }
    }
}

/// Reads all rows of a query of names, which has `LIMIT :limit` and takes up after the row that `after` tells as parameters.
pub(super) fn names(
    api: &dyn DataApi,
    sql: &str,
    mut after: Vec<(&'static str, Field)>,
    fixed: &[(&'static str, Field)],
) -> Result<Rows, Failure> {
    let mut all = Rows::new();
    loop {
        let mut parameters = after.clone();
        parameters.extend(fixed.iter().cloned());
        parameters.push(("limit", (NAMES as i64).into()));
        let rows = api.execute(sql, &parameters)?;
        let full = rows.len() >= NAMES;
        if let Some(last) = rows.last() {
            for (slot, field) in after.iter_mut().zip(last) {
                slot.1 = field.clone();
            }
        }
        all.extend(rows);
        if !full {
            return Ok(all);
        }
    }
}

/// The text in a column.
pub(super) fn text(row: &[Field], column: usize) -> Result<String, Failure> {
    match row.get(column) {
        Some(Field::Text(text)) => Ok(text.clone()),
        other => Err(unexpected("a text", column, other)),
    }
}

/// The number in a column.
pub(super) fn long(row: &[Field], column: usize) -> Result<i64, Failure> {
    match row.get(column) {
        Some(Field::Long(number)) => Ok(*number),
        other => Err(unexpected("a number", column, other)),
    }
}

/// The truth value in a column.
pub(super) fn boolean(row: &[Field], column: usize) -> Result<bool, Failure> {
    match row.get(column) {
        Some(Field::Bool(yes)) => Ok(*yes),
        other => Err(unexpected("a truth value", column, other)),
    }
}

fn unexpected(what: &str, column: usize, got: Option<&Field>) -> Failure {
    let got = match got {
        None => "no such column",
        Some(Field::Text(_)) => "a text",
        Some(Field::Long(_)) => "a number",
        Some(Field::Bool(_)) => "a truth value",
        Some(Field::Null) => "null",
    };
    Failure::new(format!("column {} of the answer is {got}, {what} was asked for", column + 1))
}
